import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { maskSecrets } from '../errors.js'
import { isRunning, type ProcessIdentity, thisProcess } from '../process.js'
import type { Database } from './pool.js'

/** One execution of a job. */
export interface JobStart {
  /** the command: `score`, `resample`, … */
  workflow: string
  /** words of the command line */
  command: string[]
  /** settings that were in force */
  env?: Record<string, unknown>
  requestedMode?: string
  strategy?: string
  /** of a run that is written already */
  runId?: string
  logPath?: string
  stopFile?: string
}

export interface JobEnd {
  /** of the command; negative: minus the signal that killed it */
  exitCode: number
  runId?: string
  /** what ran where, seconds per phase, every fallback with its reason */
  ledger?: unknown
}

export type JobStatus =
  | 'RUNNING'
  | 'COMPLETED'
  | 'FAILED'
  | 'STOP_REQUESTED'
  | 'STOPPED'
  | 'EXITED'
  | 'KILLED'
  | 'ORPHANED'

/**
 * Records that this process executes a job, and what became of the jobs of this host whose process is gone.
 *
 * @returns the job's id, random
 */
export async function startJob(database: Database, job: JobStart): Promise<string> {
  await reapJobs(database)
  const jobId = randomUUID()
  const metadata = { host: hostname(), process: thisProcess() }
  await database.query(START_JOB, [
    jobId,
    job.workflow,
    job.requestedMode ?? null,
    job.strategy ?? null,
    maskSecrets(JSON.stringify(job.command)),
    maskSecrets(JSON.stringify(job.env ?? {})),
    process.pid,
    job.runId ?? null,
    job.logPath ?? null,
    job.stopFile ?? null,
    JSON.stringify(metadata),
  ])
  return jobId
}

/**
 * Records the end of a job; the first end counts. Exit 0 is COMPLETED, or STOPPED where a stop was requested; 130
 * (interrupted) is STOPPED; a signal is KILLED; everything else FAILED. An interruption does not keep it from being
 * recorded.
 */
export async function finishJob(database: Database, jobId: string, end: JobEnd): Promise<void> {
  const metadata = end.ledger === undefined ? {} : { ledger: end.ledger }
  await database.queryAlways(FINISH_JOB, [jobId, end.exitCode, end.runId ?? null, JSON.stringify(metadata)])
}

/** Asks a running job to stop. @returns false if it does not run */
export async function requestStop(database: Database, jobId: string): Promise<boolean> {
  return (await database.query(REQUEST_STOP, [jobId])).length === 1
}

/**
 * Ends the jobs of this host whose process is gone: EXITED, or STOPPED where a stop was requested. @returns their ids
 */
export async function reapJobs(database: Database): Promise<string[]> {
  const open = await database.query<{ job_id: string; process: ProcessIdentity }>(OPEN_JOBS, [hostname()])
  const gone = open.filter((job) => isRunning(job.process) === false).map((job) => job.job_id)
  if (gone.length > 0) await database.query(REAP_JOBS, [gone])
  return gone
}

const START_JOB = `
INSERT INTO workflow_jobs
  (job_id, workflow, status, requested_mode, strategy, command_json, env_json, pid, run_id, log_path, stop_file,
    metadata_json)
VALUES ($1, $2, 'RUNNING', $3, $4, $5, $6, $7, $8, $9, $10, $11)`

const FINISH_JOB = `
UPDATE workflow_jobs SET
  status = CASE
    WHEN $2 = 130 OR ($2 = 0 AND status = 'STOP_REQUESTED') THEN 'STOPPED'
    WHEN $2 = 0 THEN 'COMPLETED'
    WHEN $2 < 0 OR $2 IN (137, 143) THEN 'KILLED'
    ELSE 'FAILED' END,
  exit_code = $2,
  run_id = COALESCE($3, run_id),
  metadata_json = metadata_json || $4::jsonb,
  ended_at = now(),
  last_updated = now()
WHERE job_id = $1 AND ended_at IS NULL`

const REQUEST_STOP = `
UPDATE workflow_jobs SET status = 'STOP_REQUESTED', last_updated = now()
WHERE job_id = $1 AND status = 'RUNNING' RETURNING job_id`

const OPEN_JOBS = `
SELECT job_id, metadata_json->'process' AS process FROM workflow_jobs
WHERE status IN ('RUNNING', 'STOP_REQUESTED') AND metadata_json->>'host' = $1 AND metadata_json ? 'process'`

const REAP_JOBS = `
UPDATE workflow_jobs SET
  status = CASE status WHEN 'STOP_REQUESTED' THEN 'STOPPED' ELSE 'EXITED' END, ended_at = now(), last_updated = now()
WHERE job_id = ANY($1) AND ended_at IS NULL`
