import type { BucketRule } from './buckets.js'
import { openSession } from './calendars/open.js'

/** A bucket rule as it crosses to a worker, and as it stands in a job's identity: the session by its name. */
export type RuleText = Omit<BucketRule, 'session'> & { session: string | null }

/** @throws LQ_CALENDAR if the session is not known; LQ_TIMEZONE */
export function openRule(text: RuleText): BucketRule {
  return { ...text, session: text.session === null ? null : openSession(text.session) }
}

/** What of a rule decides the result: a session by its canonical name, made of its content for a calendar file. */
export function identityOfRule(text: RuleText): RuleText {
  return { ...text, session: text.session === null ? null : openSession(text.session).name }
}
