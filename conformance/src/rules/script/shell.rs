//! The functions of a shell script: how it sends a call, reads an answer and tells what came of it.

use crate::format::way::Way;
use crate::rules::script::plan::Plan;

/// Those functions that the script needs.
pub(super) fn functions(plan: &Plan<'_>) -> String {
    let mut text = "
die() {
    echo \"$2\" >&2
    exit \"$1\"
}
[ -n \"${SSOKEY_CHECK_KEY:-}\" ] || die 2 'set SSOKEY_CHECK_KEY to the key'
"
    .to_owned();
    if plan.uses_second_key() {
        text += "[ -n \"${SSOKEY_CHECK_SECOND_KEY:-}\" ] || die 2 'set SSOKEY_CHECK_SECOND_KEY to the second key'\n";
    }
    if plan.uses_product_secret() {
        text += "[ -n \"${SSOKEY_CHECK_PRODUCT_SECRET:-}\" ] || die 2 'set SSOKEY_CHECK_PRODUCT_SECRET to the secret of the product'\n";
    }
    text += "command -v curl >/dev/null || die 2 'install curl'

hex() { od -An -v -tx1 | tr -d ' \\n'; }
# Keys, passwords and tokens go to curl by standard input: arguments show in the list of processes.
";
    let location = if plan.uses_launches() { "\\n%{redirect_url}" } else { "" };
    text += &format!(
        "send() {{ curl -sS --max-time 30 --noproxy 127.0.0.1,localhost,::1 -w '{location}\\n%{{http_code}}' \"$@\"; }}\n"
    );
    if plan.uses(Way::Get) || plan.uses(Way::Form) {
        text += "# A text with every byte percent-encoded, and fields in turn with their values.
escape() { printf %s \"$1\" | hex | sed 's/../%&/g'; }
pairs() {
    joined=
    while [ $# -gt 0 ]; do
        joined=$joined${joined:+&}$1=$2
        shift 2
    done
    printf %s \"$joined\"
}
";
    }
    if plan.uses(Way::Get) {
        text += "get() {
    path=$1
    shift
    printf 'url = \"%s%s?%s\"\\n' \"$url\" \"$path\" \"$(pairs \"$@\")\" | send -K -
}
";
    }
    if plan.uses(Way::Form) {
        text += "form() {
    path=$1
    shift
    post \"$path\" application/x-www-form-urlencoded \"$(pairs \"$@\")\"
}
";
    }
    if plan.uses(Way::Json) {
        text += "json() {
    path=$1 joined=
    shift
    while [ $# -gt 0 ]; do
        joined=\"$joined${joined:+,}\\\"$1\\\":\\\"$2\\\"\"
        shift 2
    done
    post \"$path\" application/json \"{$joined}\"
}
";
    }
    if plan.uses(Way::Form) || plan.uses(Way::Json) || plan.uses_product_secret() {
        text += "quote() { printf %s \"$1\" | sed 's/[\\\\\"]/\\\\&/g'; }
credential=
post() {
    {
        printf 'header = \"Content-Type: %s\"\\ndata-binary = \"%s\"\\n' \"$2\" \"$(quote \"$3\")\"
        [ -z \"$credential\" ] || printf 'header = \"Authorization: Bearer %s\"\\n' \"$(quote \"$credential\")\"
    } | send -K - \"$url$1\"
}
";
    }
    if plan.uses_product_secret() {
        text += "as_product() {
    credential=$SSOKEY_CHECK_PRODUCT_SECRET
    \"$@\"
}
";
    }
    if plan.uses_tokens() {
        text += "bearer() { printf 'header = \"Authorization: Bearer %s\"\\n' \"$3\" | send -K - -X \"$1\" \"$url$2\"; }\n";
    }
    if plan.failure.races() {
        text += "folder=$(mktemp -d) || die 2 'there is no place for temporary files'\ntrap 'rm -rf \"$folder\"' EXIT\n";
    }
    if plan.uses_launches() {
        text += "
# The code of a launch, at the end of its Location.
code() { printf %s \"$1\" | tail -n 2 | sed -n 's/.*[?&]code=\\([^&]*\\)$/\\1/p'; }";
    }
    let launched = if plan.uses_launches() {
        "elif [ \"$status\" = 303 ] && [ -n \"$(code \"$1\")\" ]; then
        echo launched
    "
    } else {
        ""
    };
    text += &"
# A member of an answer, whether text or number.
member() { printf %s \"$2\" | tr -d '\\n' | sed -n \"s/.*\\\"$1\\\" *: *\\\"\\{0,1\\}\\([^\\\",}]*\\).*/\\1/p\"; }
# What an answer says: \"ok\" with companyId/userId, or the status and the code of the error. With the option for legacy clients an error
# has status 200 and tells its own.
outcome() {
    status=$(printf %s \"$1\" | tail -n 1)
    [ \"$status$(member success \"$1\")\" != 200false ] || status=$(member status_code \"$1\")
    if [ \"$status\" = 200 ] && [ \"$(member stat \"$1\")\" = ok ]; then
        echo \"ok $(member companyId \"$1\")/$(member userId \"$1\")\"
    LAUNCHEDelse
        echo \"$status $(member code \"$1\")\"
    fi
}
fits() { case $2 in $1) true ;; *) false ;; esac; }
# Ends a round with 0, 1 or 4, what was expected, and what came. A round that went a different way says less than one that did not.
result=
finish() {
    [ \"$1$result\" != 40 ] || return
    result=$1 expected=$2 got=$3
}
say() {
    echo \"$1\"
    echo \"  expected: $expected\"
    echo \"  got:      $got\"
}
"
    .replace("LAUNCHED", launched);
    text
}
