package org

const insertOrganisation = `INSERT INTO organisation (id, kind, name, join_code, created_at, version) VALUES ($1, $2, $3, $4, $5, 1)`

const organisationByID = `SELECT id, kind, name, join_code, closed_at FROM organisation WHERE id = $1`

const organisationByCode = `SELECT id, kind, name, join_code, closed_at FROM organisation WHERE join_code = $1 AND closed_at IS NULL AND kind <> 'national'`

const organisations = `SELECT o.id, o.kind, o.name, o.join_code, o.closed_at,
  (SELECT COUNT(DISTINCT g.person_id) FROM role_grant g JOIN account a ON a.person_id = g.person_id
   WHERE g.org_id = o.id AND g.role = 'learner' AND g.starts_at <= $2 AND (g.ends_at IS NULL OR g.ends_at > $2)) AS learners,
  o.closed_at IS NULL AND EXISTS (SELECT 1 FROM role_grant g WHERE g.org_id = o.id AND g.person_id = $1 AND g.role IN ('teacher', 'administrator')
   AND g.starts_at <= $2 AND (g.ends_at IS NULL OR g.ends_at > $2)) AS opens
FROM organisation o ORDER BY o.name, o.id`

// Administrator comes before teacher: who is both is an administrator.
const places = `SELECT o.id AS org_id, o.kind, o.name, MIN(g.role) AS role,
  (SELECT COUNT(DISTINCT l.person_id) FROM role_grant l JOIN account a ON a.person_id = l.person_id
   WHERE l.org_id = o.id AND l.role = 'learner' AND l.starts_at <= $2 AND (l.ends_at IS NULL OR l.ends_at > $2)) AS learners,
  (SELECT COUNT(*) FROM organisation n WHERE n.kind <> 'national' AND n.closed_at IS NULL) AS organisations
FROM role_grant g JOIN organisation o ON o.id = g.org_id
WHERE g.person_id = $1 AND g.role IN ('teacher', 'administrator') AND g.starts_at <= $2 AND (g.ends_at IS NULL OR g.ends_at > $2) AND o.closed_at IS NULL
GROUP BY o.id, o.kind, o.name ORDER BY o.name, o.id`

const nationalOrganisation = `SELECT id, kind, name, join_code, closed_at FROM organisation WHERE kind = 'national' ORDER BY id LIMIT 1`

const insertGrant = `INSERT INTO role_grant (org_id, id, person_id, role, starts_at, ends_at, granted_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`

const endGrants = `UPDATE role_grant SET ends_at = $4 WHERE org_id = $1 AND person_id = $2 AND role = $3 AND (ends_at IS NULL OR ends_at > $4)`

// In an organisation that has closed nobody holds a role any more.
const rolesInOrganisation = `SELECT g.role FROM role_grant g JOIN organisation o ON o.id = g.org_id
WHERE g.org_id = $1 AND g.person_id = $2 AND g.starts_at <= $3 AND (g.ends_at IS NULL OR g.ends_at > $3) AND o.closed_at IS NULL ORDER BY g.role`

// A person's own grants: the person is the scope.
const memberships = `SELECT g.org_id, o.kind, o.name AS org_name, g.role FROM role_grant g JOIN organisation o ON o.id = g.org_id
WHERE g.person_id = $1 AND g.starts_at <= $2 AND (g.ends_at IS NULL OR g.ends_at > $2) AND o.closed_at IS NULL ORDER BY o.name, g.role`

const learners = `SELECT g.person_id, a.name, a.sort_name, MIN(g.starts_at) AS since,
  EXISTS (SELECT 1 FROM result_grant s WHERE s.org_id = g.org_id AND s.person_id = g.person_id AND s.starts_at <= $2 AND s.ends_at > $2) AS shared
FROM role_grant g JOIN account a ON a.person_id = g.person_id
WHERE g.org_id = $1 AND g.role = 'learner' AND g.starts_at <= $2 AND (g.ends_at IS NULL OR g.ends_at > $2)
GROUP BY g.org_id, g.person_id, a.name, a.sort_name ORDER BY a.sort_name, g.person_id LIMIT $3 OFFSET $4`

// learnersAfter goes on by name, so that who joins or leaves meanwhile makes nobody appear twice or not at all.
const learnersAfter = `SELECT g.person_id, a.name, a.sort_name, MIN(g.starts_at) AS since,
  EXISTS (SELECT 1 FROM result_grant s WHERE s.org_id = g.org_id AND s.person_id = g.person_id AND s.starts_at <= $2 AND s.ends_at > $2) AS shared
FROM role_grant g JOIN account a ON a.person_id = g.person_id
WHERE g.org_id = $1 AND g.role = 'learner' AND g.starts_at <= $2 AND (g.ends_at IS NULL OR g.ends_at > $2) AND (a.sort_name, g.person_id) > ($4, $5)
GROUP BY g.org_id, g.person_id, a.name, a.sort_name ORDER BY a.sort_name, g.person_id LIMIT $3`

const countLearners = `SELECT COUNT(DISTINCT g.person_id) FROM role_grant g JOIN account a ON a.person_id = g.person_id
WHERE g.org_id = $1 AND g.role = 'learner' AND g.starts_at <= $2 AND (g.ends_at IS NULL OR g.ends_at > $2)`

const learner = `SELECT g.person_id, a.name, MIN(g.starts_at) AS since,
  EXISTS (SELECT 1 FROM result_grant s WHERE s.org_id = g.org_id AND s.person_id = g.person_id AND s.starts_at <= $3 AND s.ends_at > $3) AS shared
FROM role_grant g JOIN account a ON a.person_id = g.person_id
WHERE g.org_id = $1 AND g.person_id = $2 AND g.role = 'learner' AND g.starts_at <= $3 AND (g.ends_at IS NULL OR g.ends_at > $3)
GROUP BY g.org_id, g.person_id, a.name`

const insertShare = `INSERT INTO result_grant (org_id, id, person_id, ground, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)`

const sharesOf = `SELECT s.org_id, s.id, o.name AS org_name, s.ground, s.starts_at, s.ends_at FROM result_grant s JOIN organisation o ON o.id = s.org_id
WHERE s.person_id = $1 AND s.starts_at <= $2 AND s.ends_at > $2 ORDER BY o.name, s.id`

const countShares = `SELECT COUNT(*) FROM result_grant WHERE org_id = $1 AND person_id = $2 AND starts_at <= $3 AND ends_at > $3`

// Those that can be joined by their code, as organisationByCode: sharing again is joining again.
const unshared = `SELECT o.id, o.kind, o.name, o.join_code, o.closed_at FROM organisation o
WHERE o.closed_at IS NULL AND o.kind <> 'national'
  AND EXISTS (SELECT 1 FROM role_grant g WHERE g.org_id = o.id AND g.person_id = $1 AND g.role = 'learner' AND g.starts_at <= $2 AND (g.ends_at IS NULL OR g.ends_at > $2))
  AND NOT EXISTS (SELECT 1 FROM result_grant s WHERE s.org_id = o.id AND s.person_id = $1 AND s.starts_at <= $2 AND s.ends_at > $2)
ORDER BY o.name, o.id`

const endShare = `UPDATE result_grant SET ends_at = $4 WHERE org_id = $1 AND id = $2 AND person_id = $3 AND ground = 'consent' AND ends_at > $4`
