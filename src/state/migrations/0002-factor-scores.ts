/**
 * One row per (run, factor, symbol, time).
 *
 * No foreign key to `runs`: it would run a trigger for each of a million copied rows, for one and the same run. The
 * writer checks, and locks, the run's row once per slice instead.
 */
export const title = 'factor scores'

export const sql = /* sql */ `
CREATE TABLE factor_scores (
  run_id     TEXT NOT NULL,
  factor     TEXT NOT NULL,
  symbol     TEXT NOT NULL,
  timestamp  TIMESTAMPTZ NOT NULL,
  raw_value  DOUBLE PRECISION,
  zscore     DOUBLE PRECISION,
  percentile DOUBLE PRECISION,
  PRIMARY KEY (run_id, factor, symbol, timestamp)
);
`
