<?php

/*
 * A server for the third-party sign-on format, as a team writes it that knows PHP well: SQLite, password_hash(), a
 * front controller. Sign-on, direct sign-in, session and sign-out are served; launch and exchange are not.
 *
 *     SSOKEY_FILE=key.txt DATABASE=sso.sqlite php -S 127.0.0.1:8080 server.php
 *
 * It is for testing the judge and has four mistakes, each of which such code really makes:
 *
 *  1. It reads fields where PHP puts them, $_GET and $_REQUEST: of two the last one wins, a POST reads its query too,
 *     names and values are decoded leniently, dots in names become underscores, and the first 1,000 fields are all. Objects
 *     of json_decode() have no property whose name begins with NUL, either.
 *  2. It trims every field, because people paste spaces, and with them the password and the key.
 *  3. It hashes with bcrypt, PHP's default, which looks at the first 72 bytes of a password and refuses NUL.
 *  4. It replaces a password and forgets the tokens that the old one was given.
 */

declare(strict_types=1);

const PRODUCTS = ['mail', 'calendar', 'livechat'];
const LIMIT = 8192;
const SKEW = 5 * 60 * 1000;
const TOKEN_LIFE = 60 * 60 * 1000;
const TOKEN = '/\A[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\z/';
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const ATOM = "[A-Za-z0-9!#$%&'*+\/=?^_`{|}~-]+";
const CONTROL = '/[\x{00}-\x{1f}\x{7f}-\x{9f}]/u';

// The cost of every new hash; the fixed one is verified where there is no user, so that a refusal takes as long.
define('COST', (int) (getenv('BCRYPT_COST') ?: 12));
define('NOBODY', sprintf('$2y$%02d$bm9ib2R5J3MgcGVwcGVyLeq9qgwFKjWBbmvLzzEhLxyQyHjXcwQgy', COST));

final class Refusal extends Exception
{
    public function __construct(
        public readonly int $status,
        int $code,
        public readonly string $name,
        string $details,
        public readonly array $headers = [],
    ) {
        parent::__construct($details, $code);
    }
}

// ---- storage ----

function database(): PDO
{
    static $database;
    if ($database === null) {
        $database = new PDO('sqlite:' . getenv('DATABASE'));
        $database->exec('PRAGMA busy_timeout = 5000');
        $database->exec('CREATE TABLE IF NOT EXISTS users (
            id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL, email TEXT NOT NULL, password TEXT NOT NULL, issued_at INTEGER,
            UNIQUE (company_id, email))');
        $database->exec('CREATE TABLE IF NOT EXISTS tokens (digest TEXT PRIMARY KEY, user_id INTEGER NOT NULL, product TEXT, expires_at INTEGER NOT NULL)');
    }
    return $database;
}

function query(string $sql, mixed ...$values): PDOStatement
{
    $statement = database()->prepare($sql);
    $statement->execute($values);
    return $statement;
}

function find_user(int $company_id, string $email): ?array
{
    return query('SELECT * FROM users WHERE company_id = ? AND email = ?', $company_id, $email)->fetch(PDO::FETCH_ASSOC) ?: null;
}

/** Companies stand in the configuration; each has one key, of which only the digest is compared. */
function companies(): array
{
    $companies = [
        ['id' => 1, 'name' => 'Partner Ltd', 'domain' => 'partner.example', 'key' => getenv('SSOKEY_FILE')],
        ['id' => 2, 'name' => 'Other Inc', 'domain' => 'other.example', 'key' => getenv('SECOND_SSOKEY_FILE')],
    ];
    return array_filter($companies, fn ($company) => $company['key'] !== false);
}

function company_of_key(string $key): ?array
{
    foreach (companies() as $company) {
        $digest = hash('sha256', rtrim(file_get_contents($company['key']), "\r\n"));
        if (hash_equals($digest, hash('sha256', $key))) {
            return $company;
        }
    }
    return null;
}

function company_by(string $member, int|string $value): ?array
{
    foreach (companies() as $company) {
        if ($company[$member] === $value) {
            return $company;
        }
    }
    return null;
}

// ---- the request ----

/** The values of a header, which PHP has joined where it came several times. */
function values(string $header): array
{
    return isset($_SERVER[$header]) ? array_map('trim', explode(',', $_SERVER[$header])) : [];
}

/** The fields of the request: what PHP has parsed, or a JSON body. */
function fields(array $known): array
{
    $body = file_get_contents('php://input');
    if (strlen($_SERVER['QUERY_STRING'] ?? '') > LIMIT || strlen($body) > LIMIT) {
        throw new Refusal(413, 4130, 'too_large', 'query and body may each have 8192 bytes');
    }
    $sent = $_SERVER['REQUEST_METHOD'] === 'GET' ? $_GET : $_REQUEST;
    if ($_SERVER['REQUEST_METHOD'] === 'POST' && $body !== '') {
        foreach (values('HTTP_CONTENT_ENCODING') as $coding) {
            if (!in_array(strtolower($coding), ['', 'identity'], true)) {
                throw new Refusal(415, 4150, 'unsupported_media_type', 'send the body as it is', ['Accept-Encoding: identity']);
            }
        }
        $media_type = strtolower(trim(explode(';', $_SERVER['CONTENT_TYPE'] ?? '')[0]));
        if ($media_type === 'application/json') {
            $sent = json_decode($body, false, LIMIT);
            if (!is_object($sent)) {
                throw new Refusal(400, 4000, 'malformed_request', 'the body is not a JSON object');
            }
            $sent = (array) $sent;
            if (array_filter(array_intersect_key($sent, array_flip($known)), fn ($value) => !is_string($value))) {
                throw new Refusal(400, 4003, 'invalid_parameter', 'a field is not a string');
            }
        } elseif ($media_type !== 'application/x-www-form-urlencoded') {
            throw new Refusal(415, 4150, 'unsupported_media_type', 'send a form or JSON');
        }
    }
    $fields = array_intersect_key($sent, array_flip($known));
    return array_map('trim', array_filter($fields, 'is_string')); // `email[]=` is an array and no field
}

/** Refuses what is missing, empty or outside its bounds. */
function checked(array $fields, array $required): array
{
    foreach ($required as $name) {
        if (!isset($fields[$name])) {
            throw new Refusal(400, 4001, 'missing_parameter', "$name is required");
        }
    }
    foreach ($fields as $name => $value) {
        if ($value === '') {
            throw new Refusal(400, 4001, 'missing_parameter', "$name is empty");
        }
        if (!is_valid($name, $value)) {
            throw new Refusal(400, 4003, 'invalid_parameter', "$name is outside its bounds");
        }
    }
    return $fields;
}

function is_valid(string $name, string $value): bool
{
    if ($name === 'password') {
        return strlen($value) <= 1024;
    }
    return !preg_match(CONTROL, $value) && match ($name) {
        'email', 'userid' => is_email($value),
        'product' => in_array($value, PRODUCTS, true),
        'company' => strlen($value) <= 253 && preg_match('/\A' . LABEL . '(?:\.' . LABEL . ')*\z/', $value),
        'issued_at' => preg_match('/\A[1-9][0-9]{0,15}\z/', $value) && (int) $value <= now() + SKEW,
        default => true,
    };
}

function is_email(string $value): bool
{
    $pattern = '/\A(' . ATOM . '(?:\.' . ATOM . ')*)@' . LABEL . '(?:\.' . LABEL . ')*\z/';
    return strlen($value) <= 254 && preg_match($pattern, $value, $found) && strlen($found[1]) <= 64;
}

/** The one token of the request. */
function token(array $fields): string
{
    $tokens = array_intersect_key($fields, ['token' => true, '_token' => true]);
    $authorization = values('HTTP_AUTHORIZATION');
    if (count($authorization) > 1) {
        throw new Refusal(400, 4002, 'duplicate_parameter', 'send one authorization');
    }
    if (preg_match('/\ABearer +(.*)\z/is', $authorization[0] ?? '', $found)) {
        $tokens['bearer'] = $found[1];
    }
    if (count($tokens) > 1) {
        throw new Refusal(400, 4002, 'duplicate_parameter', 'send one token');
    }
    $token = reset($tokens) ?: '';
    return preg_match(TOKEN, $token) ? $token : throw no_token();
}

function no_token(): Refusal
{
    return new Refusal(401, 4012, 'invalid_token', 'the token is not accepted');
}

// ---- the operations ----

function now(): int
{
    return (int) (microtime(true) * 1000);
}

/** The three rules. */
function sign_on(): array
{
    $fields = fields(['email', 'password', 'ssokey', 'product', 'issued_at']);
    $fields = checked($fields, ['email', 'password', 'ssokey', 'product']);
    $company = company_of_key($fields['ssokey'])
        ?? throw new Refusal(401, 4010, 'invalid_ssokey', 'the ssokey is not accepted');
    $email = strtolower($fields['email']);
    $issued_at = isset($fields['issued_at']) ? (int) $fields['issued_at'] : null;
    $hash = fn () => password_hash($fields['password'], PASSWORD_DEFAULT, ['cost' => COST]);

    $user = find_user($company['id'], $email);
    if ($user === null) {
        $insert = 'INSERT INTO users (company_id, email, password, issued_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
        query($insert, $company['id'], $email, $hash(), $issued_at);
        $user = find_user($company['id'], $email);
    }
    if (!password_verify($fields['password'], $user['password'])) {
        $stored = $user['issued_at'] <= now() + SKEW ? $user['issued_at'] : null;
        if ($issued_at !== null && $stored !== null && $issued_at < $stored) {
            throw new Refusal(409, 4092, 'outdated_password', 'a newer password is stored');
        }
        query('UPDATE users SET password = ?, issued_at = ? WHERE id = ?', $hash(), $issued_at, $user['id']);
    }
    return account($user, $company, new_token($user, $fields['product']));
}

function direct(): array
{
    $fields = fields(['userid', 'password', 'company', 'product']);
    $product = $fields['product'] ?? null;
    if (is_string($product) && preg_match('/\A[a-z0-9-]{1,32}\z/', $product) && !in_array($product, PRODUCTS, true)) {
        unset($fields['product']); // a product of others is none
    }
    $fields = checked($fields, ['userid', 'password', 'company']);
    $company = company_by('domain', strtolower($fields['company']));
    $user = $company ? find_user($company['id'], strtolower($fields['userid'])) : null;
    if (!password_verify($fields['password'], $user['password'] ?? NOBODY) || $user === null) {
        throw new Refusal(401, 4011, 'invalid_credentials', 'the credentials are not accepted');
    }
    return account($user, $company, new_token($user, $fields['product'] ?? null));
}

function session(): array
{
    $fields = fields(['token', '_token', 'product']);
    $product = checked(array_intersect_key($fields, ['product' => true]), [])['product'] ?? null;
    $token = token($fields);
    // Every company has every product, so a token without one is good for all.
    $held = 'SELECT users.* FROM tokens JOIN users ON users.id = user_id WHERE digest = ? AND expires_at > ?
        AND (? IS NULL OR product IS NULL OR product = ?)';
    $user = query($held, hash('sha256', $token), now(), $product, $product)->fetch(PDO::FETCH_ASSOC);
    return $user ? account($user, company_by('id', $user['company_id']), $token) : throw no_token();
}

function sign_out(): object
{
    query('DELETE FROM tokens WHERE digest = ?', hash('sha256', token(fields(['token', '_token']))));
    return new stdClass();
}

function new_token(array $user, ?string $product): string
{
    $bytes = random_bytes(16);
    $bytes[6] = chr(ord($bytes[6]) & 0x0f | 0x40);
    $bytes[8] = chr(ord($bytes[8]) & 0x3f | 0x80);
    $token = vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex($bytes), 4));
    query('INSERT INTO tokens VALUES (?, ?, ?, ?)', hash('sha256', $token), $user['id'], $product, now() + TOKEN_LIFE);
    return $token;
}

function account(array $user, array $company, string $token): array
{
    return [
        'loginId' => $user['email'],
        'companyName' => $company['name'],
        'isCreator' => false,
        'domainOwnershipVerified' => false,
        'token' => $token,
        'email' => $user['email'],
        'userId' => $user['id'],
        'permissions' => [],
        'isCompanyAdmin' => false,
        'accountType' => 'ENTERPRISE',
        'domainMxVerified' => false,
        'companyId' => $company['id'],
        'displayName' => $user['email'],
        'companyDomain' => $company['domain'],
    ];
}

// ---- the front controller ----

const ROUTES = [
    '/api/sso/authenticate' => [['GET', 'POST'], 'sign_on'],
    '/api/authenticate' => [['GET', 'POST'], 'direct'],
    '/api/session' => [['GET'], 'session'],
    '/api/signout' => [['POST'], 'sign_out'],
];

function respond(int $status, array $answer, array $headers = []): void
{
    http_response_code($status);
    $always = [
        'Content-Type: application/json',
        'Cache-Control: no-store',
        'Referrer-Policy: no-referrer',
        'X-Content-Type-Options: nosniff',
    ];
    array_map('header', [...$always, ...$headers]);
    echo json_encode($answer);
}

try {
    [$methods, $operation] = ROUTES[explode('?', $_SERVER['REQUEST_URI'])[0]]
        ?? throw new Refusal(404, 4040, 'not_found', 'nothing is served at this path');
    if (!in_array($_SERVER['REQUEST_METHOD'], $methods, true)) {
        throw new Refusal(405, 4050, 'method_not_allowed', 'see the Allow header', ['Allow: ' . implode(', ', $methods)]);
    }
    respond(200, ['status_code' => 200, 'return' => $operation(), 'stat' => 'ok']);
} catch (Throwable $thrown) {
    $refusal = $thrown instanceof Refusal ? $thrown : new Refusal(500, 5000, 'internal', 'the server is at fault');
    $error = ['code' => $refusal->getCode(), 'name' => $refusal->name, 'details' => $refusal->getMessage()];
    respond($refusal->status, ['error' => $error, 'status_code' => $refusal->status, 'stat' => 'fail'], $refusal->headers);
}
