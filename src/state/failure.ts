import { LqError, messageOf } from '../errors.js'

/** Which database an error is about: the masked address, and what its messages must not contain. */
export interface Target {
  dsn: string
  secrets: readonly string[]
}

type Told = [expected: string, remedy: string]

const CONNECTION_LOST: Told = [
  'the connection was lost; what was not committed is rolled back',
  "look at the server's log, then run the same command again: a replay writes nothing twice",
]
const BUSY: Told = ['the server refuses or delays work for now', 'run the command again later']

/** SQLSTATE, or its first two characters → what is wrong, what to do. */
const BY_STATE: Record<string, Told> = {
  '28P01': ['the password is wrong', 'correct the password in LQ_POSTGRES_DSN'],
  '28000': ['the server refuses this user', 'correct the user in LQ_POSTGRES_DSN, or allow it in pg_hba.conf'],
  '3D000': ['the database does not exist', 'create it (createdb), or correct its name in LQ_POSTGRES_DSN'],
  '3F000': ['the schema does not exist', 'create it, or correct search_path in LQ_POSTGRES_DSN'],
  '25006': [
    'expected a server that can be written, found a read-only one',
    'point LQ_POSTGRES_DSN at the primary, or end its read-only mode',
  ],
  '42501': ['the user lacks a privilege', 'grant it CREATE, SELECT, INSERT and UPDATE on the schema'],
  '42P01': ['a table is missing', 'run: lq db init'],
  '53100': ['the disk of the server is full', 'free space there, then run the same command again'],
  '53200': ['the server is out of memory', 'run the command again later, or give the server more memory'],
  '53300': ['the server has no connection left', 'close other clients, or raise max_connections'],
  '55P03': ['waited too long for a lock', 'end the other writer of this run, or run the command again later'],
  '57014': [
    'a statement took longer than its limit',
    'look at what the server is busy with, then run the command again',
  ],
  '57P03': BUSY,
  '40': ['the transaction met another one and was rolled back', 'run the same command again'],
  '08': CONNECTION_LOST,
  '57': CONNECTION_LOST,
}

/** Codes of Node's sockets → what is wrong, what to do. */
const BY_CODE: Record<string, Told> = {
  ECONNREFUSED: [
    'no server answers there',
    'start PostgreSQL, correct LQ_POSTGRES_DSN, or unset it to use the embedded server',
  ],
  ENOTFOUND: ['the host name is unknown', 'correct the host in LQ_POSTGRES_DSN'],
  EAI_AGAIN: ['the host name could not be looked up', 'look at the network, or correct the host in LQ_POSTGRES_DSN'],
  ECONNRESET: CONNECTION_LOST,
  EPIPE: CONNECTION_LOST,
}
const UNREACHABLE: Told = [
  'the server cannot be reached in time',
  'look at the network and the port in LQ_POSTGRES_DSN',
]

/** What `pg` says in words only. */
const BY_WORDS: [RegExp, Told][] = [
  [/connection timeout|timeout expired|timeout exceeded/i, UNREACHABLE],
  [/connection terminated|connection ended|not queryable|connection error/i, CONNECTION_LOST],
  [
    /password must be a string|no password/i,
    ['the server asks for a password, LQ_POSTGRES_DSN has none', 'add it: postgres://user:password@host/database'],
  ],
  [
    /ssl|certificate|self-signed/i,
    ['no encrypted connection could be agreed on', 'correct sslmode in LQ_POSTGRES_DSN'],
  ],
]

/**
 * What the world did to a connection or a statement, as LQ_DATABASE: expected, found, remedy, and never a password.
 * Faults of ours (a wrong statement, a broken constraint) and errors that are told already pass as they are.
 */
export function databaseError(error: unknown, target: Target): unknown {
  if (error instanceof LqError) return error
  const told = lookUp(error)
  if (!told) return error
  const [what, hint] = told
  const found = scrub(messageOf(error) || codeOf(error), target)
  return new LqError('LQ_DATABASE', `${target.dsn}: ${what}: ${found}`, { hint, cause: new Error(found) })
}

/** @returns the text without any secret of the target */
export function scrub(text: string, { secrets }: Pick<Target, 'secrets'>): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
}

function lookUp(error: unknown): Told | undefined {
  const code = codeOf(error)
  if (code in BY_CODE) return BY_CODE[code]
  if (/^[0-9A-Z]{5}$/.test(code)) return BY_STATE[code] ?? BY_STATE[code.slice(0, 2)]
  if (/^E(TIMEDOUT|HOSTUNREACH|NETUNREACH|HOSTDOWN)$/.test(code)) return UNREACHABLE
  if (error instanceof Error && 'syscall' in error && error.syscall === 'connect') return BY_CODE.ECONNREFUSED
  // What the file system says has its own words, and paths in them.
  if (!(error instanceof Error) || 'syscall' in error) return undefined
  return BY_WORDS.find(([words]) => words.test(`${error.message} ${code}`))?.[1]
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
