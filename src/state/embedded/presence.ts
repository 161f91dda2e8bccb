import pg from 'pg'

/** Where the embedded server listens, and how to get in. */
export interface Address {
  host: string
  port: number
  user: string
  password: string
  database: string
}

/** A connection that a command holds for as long as it uses the server; the last one to leave stops the server. */
export interface Presence {
  /** @returns how many other commands are present */
  others(): Promise<number>
  /** Ends it; from then on nobody counts it, even while the server still cleans up behind the connection. */
  leave(): Promise<void>
}

const PRESENT = 'lq presence'
const LEAVING = 'lq leaving'

/** @throws as pg where the server is not there */
export async function becomePresent(address: Address): Promise<Presence> {
  const client = new pg.Client({ ...address, ssl: false, application_name: PRESENT, keepAlive: true })
  // A server that dies breaks this connection too; the command learns of it by its own statements.
  client.on('error', () => {})
  await client.connect()
  return {
    async others() {
      const { rows } = await client.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()',
        [PRESENT],
      )
      return rows[0].count
    },
    async leave() {
      await client.query(`SET application_name = '${LEAVING}'`)
      await client.end()
    },
  }
}
