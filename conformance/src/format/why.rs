//! The reason to keep each requirement: who suffers when a server breaks it.

/// The reason for a requirement that a client can see; of any other, nothing.
pub(crate) fn why(id: &str) -> &'static str {
    match id.strip_prefix("SSO-").unwrap_or_default() {
        "RULE-001" => "a partner's new user could not get in on the first visit",
        "RULE-002" => "a user would lose what belongs to the account from one visit to the next",
        "RULE-003" => "a user who changed the password at the partner would be locked out",
        "KEY-001" => {
            "the key is the only credential of the call: whoever gets by without it owns every account"
        }
        "KEY-002" => "whoever guesses keys or e-mails would learn from the differences",
        "TEN-003" => "users would land in a company that is not theirs",
        "TEN-004" => "one company could find out, or take over, the users of a different company",
        "REQ-001" => "the documented call is a GET: every existing client sends it",
        "REQ-002" | "REQ-003" => "partners who keep passwords out of URLs could not sign on",
        "REQ-004" => "a forgotten field would sign on somebody else, or nobody, without a word",
        "REQ-005" => "a lossy decoder takes different passwords for one",
        "REQ-006" => "a proxy and the server would each read a different one of the two values",
        "REQ-007" => "clients that send more than is documented, as they do, would stop working",
        "REQ-008" => {
            "a user with a plus sign in the e-mail, or a space in the password, would become a different user"
        }
        "REQ-009" => "addresses that no partner can have would become accounts",
        "REQ-010" => "one person would have as many accounts as spellings",
        "REQ-011" => "two people would share one account",
        "REQ-012" => "a misspelt product would go unnoticed",
        "REQ-013" => "two long passwords that differ at the end would open one account",
        "REQ-014" => "control characters in names end up in logs, terminals and headers",
        "REQ-015" => "`123` and `\"123\"` would be one password here and two there",
        "REQ-016" => {
            "a stranger could fill the memory of the server, or a lawful request be refused"
        }
        "REQ-017" => "a browser can send other media types across sites without asking",
        "REQ-018" => "old clients send `Content-Type: application/json` on a GET without a body",
        "REQ-019" => {
            "the password would be in the URL, and in the logs, of a caller who thinks it is not"
        }
        "REQ-020" => "monitors, link checkers and crawlers send HEAD: they would change passwords",
        "REQ-021" => {
            "rules of a proxy that guard one path could be gone around by a different path"
        }
        "REQ-023" => {
            "a delayed request would bring an old password back, or a mistyped time block the new one"
        }
        "REQ-024" => "a caller who forgot the body would be told of a media type",
        "REQ-027" => {
            "a proxy and the server would each read a different one of the two credentials"
        }
        "REQ-028" => {
            "a body that is read without its coding is taken for different fields, or for none"
        }
        "RSP-001" | "RSP-002" | "RSP-006" | "RSP-013" => {
            "clients read these members without asking whether they are there"
        }
        "RSP-003" => "clients that scan the text find the members where the document has them",
        "RSP-004" => "JavaScript rounds greater integers: two users would become one",
        "RSP-005" => "a new user would have rights that nobody gave",
        "RSP-007" => "clients look at the one or the other: they would disagree",
        "RSP-008" => "what was sent holds secrets, and error texts end up in logs and on screens",
        "RSP-009" => "a browser that takes the answer for a page runs what is in it",
        "RSP-010" => {
            "answers hold tokens: caches keep them, browsers pass their URL on or guess a different type"
        }
        "RSP-011" => "a page of anyone's could read the answer in a user's browser",
        "RSP-012" => "old clients cut the token out of the text by counting characters",
        "RSP-014" => {
            "old clients that see no body of a 4xx, or read `success` and nothing else, could not sign anybody in"
        }
        "RSP-015" => {
            "answers are logged, cached and shown by people who must not know the secrets of the call"
        }
        "RSP-016" => {
            "clients and proxies use connections again: a request would get a stranger's answer, or none"
        }
        "TOK-001" => "old clients cut 36 characters, and compare tokens as text",
        "TOK-002" => "who signs out would sign out others, and an old token would be a new one",
        "TOK-006" => "whoever guesses the next token is signed in as its user",
        "LAU-001" => {
            "the partner's server follows the status and the header and reads nothing else"
        }
        "LAU-002" => "the product would not find the code",
        "LAU-003" => "whoever guesses a code is signed on as its user",
        "LAU-006" => "the URL is in the browser's history, in logs and in referrers",
        "EXC-001" => "the product could not turn a code into a user",
        "EXC-002" => "a code that was seen in a history or log would open the account again",
        "EXC-003" => "whoever tries codes or secrets would learn from the differences",
        "DIR-001" => "the direct sign-in of existing clients would stop working",
        "DIR-002" => "a user of one company could be signed in to a different company",
        "DIR-003" => "whoever tries would learn which companies and users exist",
        "DIR-005" => "whoever knows an e-mail could take the account, or invent one",
        "DIR-008" => "a password that the user has given up would still open the account",
        "DIR-009" => "a company would have as many names as spellings",
        "DIR-010" => "old clients, which name products of their own, could not sign anybody in",
        "SES-001" => "products could not tell whose token they were given",
        "SES-002" => "a proxy and the server would each look at a different token",
        "SES-003" => "whoever tries tokens would learn from the differences",
        "SES-005" => "who stole a token would keep it after the password was changed",
        "SES-007" => "a token given to one product would open all the others",
        "OUT-001" => {
            "a user could not sign out, or a client that repeats the call would report an error"
        }
        "OUT-002" => "a token left on a shared computer would stay valid",
        "OUT-003" => "a client that forgot the token would think that it has signed out",
        _ => "",
    }
}
