package study

const insertStudy = `INSERT INTO study (id, kind, bank, release, choice, status, asked_by, asked_at, touched_at, iteration, left_ms)
VALUES ($1, $2, $3, $4, $5, 'queued', $6, $7, $7, 0, 0)`

const studyByID = `SELECT id, kind, bank, release, choice, status, asked_by, asked_at, touched_at, iteration, left_ms, result, fault, ended_at
FROM study WHERE id = $1`

// latestStudies leaves out the results: they are long.
const latestStudies = `SELECT id, kind, bank, release, choice, status, asked_by, asked_at, touched_at, iteration, left_ms, fault, ended_at
FROM study ORDER BY asked_at DESC, id DESC LIMIT $1`

// endedStudies are those of a kind that have a result.
const endedStudies = `SELECT id, kind, bank, release, choice, status, asked_by, asked_at, touched_at, iteration, left_ms, result, fault, ended_at
FROM study WHERE bank = $1 AND kind = $2 AND status = 'done' ORDER BY asked_at DESC, id DESC LIMIT $3`

const savedState = `SELECT state FROM study WHERE id = $1`

// touchStudy finds no row once the study is over: cancelled, or ended by another run of the same work.
const touchStudy = `UPDATE study SET status = 'running', touched_at = $2, iteration = $3, left_ms = $4, state = COALESCE($5, state)
WHERE id = $1 AND status IN ('queued', 'running')`

const endStudy = `UPDATE study SET status = $2, result = $3, fault = $4, state = NULL, left_ms = 0, touched_at = $5, ended_at = $5
WHERE id = $1 AND status IN ('queued', 'running')`

const stalledStudies = `SELECT id FROM study WHERE status IN ('queued', 'running') AND touched_at < $1 ORDER BY asked_at, id`

const wakeStudy = `UPDATE study SET touched_at = $2 WHERE id = $1 AND status IN ('queued', 'running')`

const nameOf = `SELECT name FROM account WHERE person_id = $1`
