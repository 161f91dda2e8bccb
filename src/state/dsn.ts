import pg from 'pg'
import { LqError, messageOf } from '../errors.js'
import type { Target } from './failure.js'

/**
 * How a connection string may be shown, `postgres://user:***@host:port/database`, and what no message may contain. The
 * shown form is put together from the parts that are no secret, so a password with odd characters, or one given as a
 * parameter, cannot slip through.
 *
 * @throws LQ_DATABASE if the string cannot be read; the message does not repeat it
 */
export function targetOf(dsn: string): Target {
  const { user, password, host, port, database } = parse(dsn)
  const who = user ? `${encodeURIComponent(user)}${password ? ':***' : ''}@` : ''
  const where = host.startsWith('/') ? encodeURIComponent(host) : host.includes(':') ? `[${host}]` : host
  const written = /^[a-z]+:\/\/[^:@/\s]*:(.*)@/i.exec(dsn)?.[1] ?? ''
  return {
    dsn: `postgres://${who}${where}:${port}/${database ?? ''}`,
    secrets: [...new Set([password ?? '', written])].filter((secret) => secret !== ''),
  }
}

/** The parts as the client will use them, its own defaults included. */
function parse(dsn: string): pg.Client {
  try {
    return new pg.Client({ connectionString: dsn })
  } catch (error) {
    // The parser's error may carry the whole string, password included: it is no cause to keep.
    const isFile = error instanceof Error && 'path' in error
    const found = isFile ? messageOf(error) : 'a string that is no such address'
    throw new LqError(
      'LQ_DATABASE',
      `LQ_POSTGRES_DSN: expected postgres://user:password@host:port/database, got ${found}`,
      {
        hint: 'write special characters of the password percent-encoded (@ is %40, / is %2F), or use none or embedded',
      },
    )
  }
}
