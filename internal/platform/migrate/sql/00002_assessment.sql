-- Frameworks, the published item bank, attempts and their event log.

-- +goose Up

-- @table framework | purpose: a competency framework in one version, unchangeable once imported | basis: none, no personal data | retention: kept while a result refers to it
CREATE TABLE framework (
  code        TEXT   NOT NULL, -- the framework, as SOCLE-NS
  version     TEXT   NOT NULL, -- its version, as 1.2022
  document    TEXT   NOT NULL, -- the YAML file as imported
  sha256      TEXT   NOT NULL, -- of the document, in hexadecimal
  imported_at BIGINT NOT NULL, -- when
  CONSTRAINT pk_framework PRIMARY KEY (code, version)
);

-- @table item_document | purpose: an item as it was shown, so that an answer can always be explained | basis: none, no personal data | retention: kept while an attempt refers to it
CREATE TABLE item_document (
  sha256       TEXT   NOT NULL, -- of the document, in hexadecimal
  item_id      TEXT   NOT NULL, -- which item
  document     TEXT   NOT NULL, -- canonical JSON of the item, with its scenario if it has one
  published_at BIGINT NOT NULL, -- when this text first served
  CONSTRAINT pk_item_document PRIMARY KEY (sha256)
);

-- @table bank_release | purpose: what an attempt pins: framework version, items, parameters and algorithm versions | basis: none, no personal data | retention: kept while an attempt refers to it
CREATE TABLE bank_release (
  sha256       TEXT   NOT NULL, -- of the manifest, in hexadecimal
  bank         TEXT   NOT NULL, -- which bank
  manifest     TEXT   NOT NULL, -- canonical JSON
  published_at BIGINT NOT NULL, -- when it first served
  CONSTRAINT pk_bank_release PRIMARY KEY (sha256)
);

-- @table attempt | purpose: one assessment taken by one person | basis: contract (GDPR 6.1.b) or public interest (6.1.e) where a programme requires it | retention: visitors 30 days, others until erasure | scope: person_id
CREATE TABLE attempt (
  person_id   UUID   NOT NULL, -- whose attempt
  id          UUID   NOT NULL, -- identifies the attempt
  kind        TEXT   NOT NULL, -- positioning
  scope       TEXT   NOT NULL, -- code of the domain assessed; empty: the whole framework
  release     TEXT   NOT NULL, -- the bank release it is pinned to
  state       TEXT   NOT NULL, -- open or finished
  started_at  BIGINT NOT NULL, -- first screen
  finished_at BIGINT,          -- last answer or early end
  result      TEXT,            -- canonical JSON of the result, once finished
  CONSTRAINT pk_attempt PRIMARY KEY (person_id, id),
  CONSTRAINT fk_attempt_person FOREIGN KEY (person_id) REFERENCES person (id),
  CONSTRAINT fk_attempt_release FOREIGN KEY (release) REFERENCES bank_release (sha256),
  CONSTRAINT ck_attempt_state CHECK (state IN ('open', 'finished'))
);
CREATE INDEX ix_attempt_started ON attempt (person_id, started_at);

-- @table attempt_event | purpose: everything that happened in an attempt, in order: the ground of every result | basis: as the attempt | retention: as the attempt | scope: person_id
CREATE TABLE attempt_event (
  person_id  UUID    NOT NULL, -- whose attempt
  attempt_id UUID    NOT NULL, -- which attempt
  seq        INTEGER NOT NULL, -- 1, 2, 3… without gaps: the key under which a repeated request counts once
  at         BIGINT  NOT NULL, -- when the server received it
  kind       TEXT    NOT NULL, -- start, answer, act, finish
  body       TEXT    NOT NULL, -- canonical JSON
  commitment BYTEA   NOT NULL, -- HMAC-SHA256 under the person's key of the envelope, previous commitment included
  CONSTRAINT pk_attempt_event PRIMARY KEY (person_id, attempt_id, seq),
  CONSTRAINT fk_attempt_event_attempt FOREIGN KEY (person_id, attempt_id) REFERENCES attempt (person_id, id)
);
