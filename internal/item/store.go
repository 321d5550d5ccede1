package item

const insertDocument = `INSERT INTO item_document (sha256, item_id, document, published_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (sha256) DO NOTHING`

const documentBySHA = `SELECT document FROM item_document WHERE sha256 = $1`

const insertRelease = `INSERT INTO bank_release (sha256, bank, manifest, published_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (sha256) DO NOTHING`

const releaseBySHA = `SELECT manifest FROM bank_release WHERE sha256 = $1`

const latestRelease = `SELECT sha256 FROM bank_release ORDER BY published_at DESC, sha256 LIMIT 1`

const insertParameters = `INSERT INTO item_parameters (bank, language, item_id, version, revision, parameters, study_id, accepted_by, accepted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// acceptedParameters are all lines of a bank, the oldest first.
const acceptedParameters = `SELECT item_id, version, revision, parameters, study_id, accepted_by, accepted_at FROM item_parameters
WHERE bank = $1 AND language = $2 ORDER BY item_id, version, revision`

const countParameters = `SELECT COUNT(*) FROM item_parameters WHERE bank = $1 AND language = $2`
