// The SQL that Postgres, CockroachDB and YugabyteDB have in common, as far as we use it: a list of words and signs.
// Any other word or sign is refused, so that a statement outside the list is a decision and not an accident.

const keywords = `select insert update delete with as materialized from where and or not in is null true exists inner left join on
  union all order by asc desc limit offset for update skip locked returning values into conflict do nothing set case when then else end coalesce
  create alter drop table add column schema index unique if primary key constraint references default begin commit rollback excluded collate`
const types = 'bigint text integer varchar bigserial'
const functions = 'count sum min octet_length cast floor substr length extract epoch statement_timestamp'
// Views that every engine has, and names of ours that are written without quotes.
const names = `information_schema tables schemata table_schema table_name schema_name schema name id is_locked
  spares generation due_at renew_at retry_at status live intent doubt failures refusals refused_since grants clients paced_at closing_at
  subjects seq state late attempts ended_at removed_at lease_owner lease_until leased probe_at answer verifier outcome scopes
  claim check_at frozen_until booking_links chain replaces replaced_by start
   attempt connected revision revoked_at expires_at secret_hash key event destination subject browser_hash
   tallies error_groups last_at`

const words = new Set(`${keywords} ${types} ${functions} ${names}`.split(/\s+/))
const beginnings =
  /^(select|insert|update|delete|with|create (table|index|unique index|schema)|alter table|drop (table|index)|begin|commit|rollback)\b/

/** Hints, which are switched off where an engine does not have them. */
const optional = /^(listen "\w+"|select pg_notify\(\$1, \$2\)(, pg_notify\(\$\d+, \$\d+\))*)$/

/** What is wrong with a statement, or `null`. */
export function outsideCommonSql(statement: string): string | null {
  const text = statement.toLowerCase().replace(/\s+/g, ' ').trim()
  if (optional.test(text)) return null
  if (!beginnings.test(text)) return `begins with "${text.split(' ')[0]}"`
  const bare = text
    .replace(/"[^"]*"/g, ' ')
    .replace(/'[^']*'/g, ' ')
    .replace(/\$\d+/g, ' ')
  for (const word of bare.match(/[a-z_]\w*/g) ?? []) if (!words.has(word)) return `uses the word "${word}"`
  const signs = bare.replace(/[a-z_]\w*|\d+|\s/g, '')
  const sign = /!(?!=)|[^!(),.=<>+\-*%]|->|--|<@|@>/.exec(signs)
  return sign ? `uses the sign "${sign[0]}"` : null
}

/** The statements that an application of that name has sent, from the server's log (`log_line_prefix=[%a]`). */
export function statementsOf(log: string, application: string): Set<string> {
  const found = new Set<string>()
  const entry = new RegExp(`^\\[${application}\\]LOG: {2}(?:statement|execute [^:]+): (.*(?:\\n\\t.*)*)`, 'gm')
  for (const [, statement = ''] of log.matchAll(entry)) found.add(statement.replace(/\n\t/g, '\n').trim())
  return found
}
