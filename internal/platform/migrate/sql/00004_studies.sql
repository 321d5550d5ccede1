-- Psychometric studies of the bank, and the parameters that were accepted from them.

-- +goose Up

-- @table study | purpose: a calibration, an analysis or a simulation of the bank: who asked for it, of which answers, what came out in aggregate, so that parameters can be defended | basis: public interest (GDPR 6.1.e) | retention: kept while parameters come from it
CREATE TABLE study (
  id         UUID    NOT NULL, -- identifies the study
  kind       TEXT    NOT NULL, -- calibration, analysis, simulation
  bank       TEXT    NOT NULL, -- which bank is studied
  release    TEXT    NOT NULL, -- the bank release that was in service when it was asked for
  choice     TEXT    NOT NULL, -- canonical JSON: which answers, and how they are treated
  status     TEXT    NOT NULL, -- queued, running, done, failed, cancelled
  asked_by   UUID    NOT NULL, -- who asked for it; an id that leads to nobody after an erasure
  asked_at   BIGINT  NOT NULL, -- when
  touched_at BIGINT  NOT NULL, -- last sign of life: tells a work that stopped from one that goes on
  iteration  INTEGER NOT NULL, -- how far the work is
  left_ms    BIGINT  NOT NULL, -- milliseconds left, as estimated; 0: unknown
  state      TEXT,             -- JSON from which a stopped estimation goes on: parameters of items, no answer; null once it has ended
  result     TEXT,             -- JSON: counts and estimates of items, of 11 persons at least; no person
  fault      TEXT,             -- code of what made it fail
  ended_at   BIGINT,           -- when it was done, failed or cancelled
  CONSTRAINT pk_study PRIMARY KEY (id),
  CONSTRAINT fk_study_release FOREIGN KEY (release) REFERENCES bank_release (sha256),
  CONSTRAINT ck_study_status CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled'))
);
CREATE INDEX ix_study_asked ON study (asked_at);

-- @table item_parameters | purpose: measurement parameters accepted for an item in one version, by whom and from which study; only added to: the latest revision is in force | basis: public interest (GDPR 6.1.e) | retention: kept while a release refers to it
CREATE TABLE item_parameters (
  bank        TEXT    NOT NULL, -- which bank
  language    TEXT    NOT NULL, -- of the bank (BCP 47)
  item_id     TEXT    NOT NULL, -- which item
  version     INTEGER NOT NULL, -- in which version: another version has none of these
  revision    INTEGER NOT NULL, -- 1, 2, 3…: the latest is in force
  parameters  TEXT,             -- canonical JSON, numbers in millionths; null: back to those of the author's level
  study_id    UUID    NOT NULL, -- the study they come from, or the one whose parameters were taken back
  accepted_by UUID    NOT NULL, -- who accepted them; an id that leads to nobody after an erasure
  accepted_at BIGINT  NOT NULL, -- when
  CONSTRAINT pk_item_parameters PRIMARY KEY (bank, language, item_id, version, revision),
  CONSTRAINT fk_item_parameters_study FOREIGN KEY (study_id) REFERENCES study (id)
);
CREATE INDEX ix_item_parameters_study ON item_parameters (study_id);
