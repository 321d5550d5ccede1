package assess

// pagePlaces are as many places as a page of a list has lines (org.PageSize).
const pagePlaces = `($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
  $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)`

// attemptsOfPage reads what the learners of a page did, also as the visitors that they were.
const attemptsOfPage = `SELECT t.person_id AS holder, t.person_id, t.id, t.kind, t.scope, t.release, t.state, t.started_at, t.finished_at, t.result
FROM attempt t WHERE t.person_id IN ` + pagePlaces + `
UNION ALL
SELECT p.person_id, t.person_id, t.id, t.kind, t.scope, t.release, t.state, t.started_at, t.finished_at, t.result
FROM person_alias p JOIN attempt t ON t.person_id = p.alias_id WHERE p.person_id IN ` + pagePlaces
