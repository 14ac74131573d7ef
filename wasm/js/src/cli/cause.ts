import { errorCode } from "../core/error.js";

/** The cause of errors, and what to do, by their codes, several to a line. */
export type Causes = readonly (readonly [codes: string, cause: string])[];

/** Errors of the machine that a file may meet, where it is not said what it is for. */
export const FILE_CAUSES: Causes = [
  ["EACCES EPERM", "you may not write there; change its rights or choose another path"],
  ["EISDIR", "it is a directory; name a file in it"],
  ["ENOENT", "its directory does not exist; create the directory first"],
  ["ENOTDIR", "its directory is a file; choose another path"],
  ["EROFS", "the file system is read-only; choose another path"],
  ["ENOSPC EDQUOT", "the disk is full; make room or choose another path"],
  ["EMFILE ENFILE", "too many files are open; raise the limit, by `ulimit -n`"],
  ["ENAMETOOLONG ELOOP", "the path cannot be followed; choose another path"],
];

const ABSENT = "no server listens there; check host and port, and that it runs";
const UNKNOWN = "the host is unknown; check the URL";
const UNNAMED = "the name service does not answer; check the network, and try again";
const STARTING = "the server is starting or stopping; try again in a moment";
const NO_SOCKET = "no server listens on that socket for you; check its path and its rights";
const UNREACHED = "the host cannot be reached; check the URL and the network";
const UNTRUSTED = "the certificate is not trusted; check the host, and name the server's authority by NODE_EXTRA_CA_CERTS";
const CUT = "the connection was ended; try again, and look into the server's log";
const LATE = "the server does not answer in time; check host, port and firewall, and its load";
const FULL = "the server takes no further connection; end others, or raise its limit";
const DISK = "the disk is full; make room";
const FAULTY = "the file cannot be read or written; check that the disk has room, and that it is not on a network";
const REPLICA = "the database is read-only; connect to the primary, or make it writable";
const GRANTS = "the user lacks rights on the tables; grant it SELECT, INSERT, UPDATE and DELETE on them";
const OLDER = "the tables do not fit; see what is missing with `ssokey migrate --dry-run`";
const BUSY = "a different process holds the database; try again when it has ended";

/** Errors of a network, and of a server of any kind. */
const SERVER_CAUSES: Causes = [
  ["ECONNREFUSED", ABSENT],
  ["ENOTFOUND", UNKNOWN],
  ["EAI_AGAIN", UNNAMED],
  ["EHOSTUNREACH ENETUNREACH EHOSTDOWN ENETDOWN EADDRNOTAVAIL", UNREACHED],
  ["ECONNRESET EPIPE ECONNABORTED PROTOCOL_CONNECTION_LOST HRANA_CLOSED_ERROR 57P01 57P02 08000 08003 08006", CUT],
  ["ETIMEDOUT ESOCKETTIMEDOUT PROTOCOL_SEQUENCE_TIMEOUT UND_ERR_CONNECT_TIMEOUT UND_ERR_HEADERS_TIMEOUT", LATE],
  [
    "DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE UNABLE_TO_GET_ISSUER_CERT " +
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY CERT_HAS_EXPIRED CERT_NOT_YET_VALID ERR_TLS_CERT_ALTNAME_INVALID",
    UNTRUSTED,
  ],
  ["HRANA_WEBSOCKET_ERROR HRANA_PROTO_ERROR", "no connection comes about; check host, port and token"],
  ["EPROTO HANDSHAKE_SSL_ERROR", "no TLS connection came about; check port and TLS of the server"],
  ["HANDSHAKE_NO_SSL_SUPPORT", "the server has no TLS; take it out of the URL, or set it up on the server"],
];

const POSTGRES_CAUSES: Causes = [
  ["28000", "the server refuses this user; check the user and the server's pg_hba.conf"],
  ["28P01", "the password is wrong; set it by PGPASSWORD, in ~/.pgpass or in the URL"],
  ["3D000", "there is no database of that name; create it first with `createdb`"],
  ["42501", `${GRANTS}, and USAGE on the schema \`ssokey\``],
  ["42P01 42703 3F000", OLDER],
  ["25006", REPLICA],
  ["53300", FULL],
  ["53100", DISK],
  ["57P03", STARTING],
  ["57014 55P03 25P03", LATE],
  [
    "08P01",
    "the server, or the pooler before it, refuses a parameter of the connection; take it out of the URL or PGOPTIONS, or name it in PgBouncer's `ignore_startup_parameters`",
  ],
  ["22023 42704 08001 08004", "the server refuses the connection; check the parameters of the URL"],
];

const MARIADB_CAUSES: Causes = [
  ["ER_ACCESS_DENIED_ERROR", "the server refuses this user or the password; check both in the URL"],
  ["ER_ACCESS_DENIED_NO_PASSWORD_ERROR", "the server refuses this user without a password; check the URL"],
  ["ER_HOST_NOT_PRIVILEGED ER_HOST_IS_BLOCKED", "the server refuses this machine; have the user granted access from it"],
  ["ER_BAD_DB_ERROR", "there is no database of that name; create it first with `CREATE DATABASE`"],
  ["ER_DBACCESS_DENIED_ERROR", "the user may not use this database; grant it, or check the name"],
  ["ER_NO_DB_ERROR", "the URL names no database; give one like `mariadb://user@host/database`"],
  ["ER_TABLEACCESS_DENIED_ERROR ER_COLUMNACCESS_DENIED_ERROR", GRANTS],
  ["ER_NO_SUCH_TABLE ER_BAD_FIELD_ERROR", OLDER],
  ["ER_OPTION_PREVENTS_STATEMENT ER_READ_ONLY_MODE ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION", REPLICA],
  ["ER_CON_COUNT_ERROR ER_TOO_MANY_USER_CONNECTIONS ER_USER_LIMIT_REACHED", FULL],
  ["ER_DISK_FULL ER_RECORD_FILE_FULL", DISK],
  ["ER_SERVER_SHUTDOWN ER_CONNECTION_KILLED", CUT],
  ["ER_LOCK_WAIT_TIMEOUT ER_QUERY_TIMEOUT ER_STATEMENT_TIMEOUT", LATE],
  [
    "ER_NOT_SUPPORTED_AUTH_MODE AUTH_SWITCH_PLUGIN_ERROR MYSQL_CLEAR_PASSWORD_NOT_ENABLED",
    "the driver does not know how this user signs in; give the user a password",
  ],
  ["ER_SECURE_TRANSPORT_REQUIRED", 'the server asks for TLS; add `?ssl={"rejectUnauthorized":true}` to the URL'],
  ["ER_UNKNOWN_COLLATION ER_PARSE_ERROR", "the server is too old; it has to be MariaDB 10.6 or MySQL 8, or later"],
];

const SQLITE_CAUSES: Causes = [
  ["SQLITE_BUSY SQLITE_LOCKED", BUSY],
  ["SQLITE_NOTADB", "it is not a SQLite database; choose another path"],
  ["SQLITE_CORRUPT", "the file is damaged; restore it from a backup"],
  ["SQLITE_FULL", DISK],
  ["SQLITE_READONLY", REPLICA],
  ["SQLITE_CANTOPEN SQLITE_PERM SQLITE_AUTH", "the file cannot be opened; check the rights of the file and of its directory"],
  ["SQLITE_IOERR SQLITE_PROTOCOL", FAULTY],
];

/** Errors of drivers that have no code, by the words of their messages, which hold no value. */
const WORDED: readonly (readonly [words: RegExp, cause: string])[] = [
  [/^timeout e|due to (connection )?timeout|read timeout$/, LATE],
  [/^Connection terminated/, CUT],
  [/does not support SSL/, "the server has no TLS; take `sslmode` out of the URL, or set it up on the server"],
  [/client password must be/, "the server asks for a password; set it by PGPASSWORD, in ~/.pgpass or in the URL"],
  [/has been migrating/, BUSY],
  [/SSL profile/, '`ssl` in the URL cannot be read; write `?ssl={"rejectUnauthorized":true}`'],
  [/HTTP status 40[13]/, "the server refuses the token; set it by SSOKEY_DB_TOKEN"],
  [/HTTP status 404/, "there is no database; check the URL"],
  [/HTTP status/, "the server fails; try again, and look into its log"],
];

const DRIVER_CAUSES: Causes = [...SERVER_CAUSES, ...POSTGRES_CAUSES, ...MARIADB_CAUSES, ...SQLITE_CAUSES];

/** Returns the cause that a code has among these. */
export function causeAmong(causes: Causes, code: unknown): string | undefined {
  return causes.find(([codes]) => codes.split(" ").includes(String(code)))?.[1];
}

/** Returns the cause of what the driver of a database threw, and what to do; none of what is not a driver's. */
export function driverCause(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return ownCause(error) ?? driverCause(error.cause) ?? (error.message === "fetch failed" ? UNREACHED : undefined);
}

/** Returns whether the error tells of a server that is not there, or not yet, or has no turn: it may be when one tries again. */
export function isPassing(error: unknown): boolean {
  return [ABSENT, UNKNOWN, UNNAMED, STARTING, NO_SOCKET, UNREACHED, CUT, LATE, FULL].includes(driverCause(error) ?? "");
}

/** Returns whether the error tells of a standby, or of a database that is not to be written. */
export function isReadOnly(error: unknown): boolean {
  return driverCause(error) === REPLICA;
}

/** Returns whether the error tells of a disk that is full, or that fails, as a full one does for some servers. */
export function isOfDisk(error: unknown): boolean {
  return [DISK, FAULTY].includes(driverCause(error) ?? "");
}

function ownCause(error: Error): string | undefined {
  const code = String(errorCode(error) ?? "");
  // `SQLITE_BUSY_SNAPSHOT` is a kind of `SQLITE_BUSY`.
  const known = causeAmong(DRIVER_CAUSES, code) ?? causeAmong(SQLITE_CAUSES, /^SQLITE_[A-Z]+/.exec(code)?.[0]);
  if (known !== undefined) return known;
  if (/^ENOENT$|^EACCES$/.test(code) && "syscall" in error) {
    if (error.syscall === "connect") return NO_SOCKET;
    return "a file that the URL names cannot be read; check its path and its rights";
  }
  if (/^(?=.*\d)[0-9A-Z]{5}$/.test(code))
    return `the server refuses with SQLSTATE ${code}; look it up, and look into the server's log`;
  if (/^ER_\w+$/.test(code)) return `the server refuses with ${code}; look it up, and look into the server's log`;
  return WORDED.find(([words]) => words.test(error.message))?.[1];
}
