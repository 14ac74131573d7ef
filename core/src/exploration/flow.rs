//! A second description of each operation, written from the spec and independent of the state machine.
//!
//! A flow makes one call after another and ends in a wire code. Replayed with ever longer lists of outcomes, it yields every
//! path.

use super::table::Outcome::{self, *};

/// The call that a flow makes next, after its script has ended.
pub(super) struct NextCall(pub(super) &'static str);

/// The outcomes of a path, in order.
pub(super) struct Script<'a> {
    answers: core::slice::Iter<'a, Outcome>,
    /// The number of hashes that were computed.
    pub(super) hashes: usize,
}

pub(super) type Flow = Result<u16, NextCall>;

impl<'a> Script<'a> {
    pub(super) fn new(answers: &'a [Outcome]) -> Self {
        Self { answers: answers.iter(), hashes: 0 }
    }

    pub(super) fn ask(&mut self, call: &'static str) -> Result<Outcome, NextCall> {
        let answer = *self.answers.next().ok_or(NextCall(call))?;
        // SSO-PWD-005 counts hashes that were computed, so one that failed or could not be read does not count.
        if call == "hash_password" && answer == Hashed
            || call == "verify_password" && matches!(answer, Match | NoMatch)
        {
            self.hashes += 1;
        }
        Ok(answer)
    }

    /// Records an event. That changes the code only if the reply does not fit an audit.
    fn audit(&mut self, code: u16) -> Flow {
        match self.ask("audit")? {
            Corrupt => self.fault(Corrupt),
            _ => Ok(code),
        }
    }

    /// Tells the host of a record that was not asked for. The reply to that is not judged.
    pub(super) fn wrong_record(&mut self) -> Flow {
        self.ask("audit")?;
        Ok(5000)
    }

    /// Ends in a fault that any call may have. The host is told of a reply that does not fit; the reply to that is not judged.
    pub(super) fn fault(&mut self, outcome: Outcome) -> Flow {
        match outcome {
            Failed => Ok(5030),
            Overloaded => Ok(5031),
            _ => {
                self.ask("audit")?;
                Ok(5000)
            }
        }
    }
}

pub(super) fn sign_on(script: &mut Script<'_>) -> Flow {
    keyed(script, false)
}

pub(super) fn launch(script: &mut Script<'_>) -> Flow {
    keyed(script, true)
}

fn keyed(script: &mut Script<'_>, is_launch: bool) -> Flow {
    match script.ask("admit")? {
        Admitted => {}
        RetryAfter => return script.audit(4290),
        other => return script.fault(other),
    }
    let key = script.ask("find_key")?;
    match key {
        Found | OtherEmailDomains => {}
        Absent | Disabled | Revoked | Expired | CompanyDisabled => return script.audit(4010),
        NotEnabled => return script.audit(4030),
        WrongRecord => return script.wrong_record(),
        other => return script.fault(other),
    }
    if is_launch {
        match script.ask("find_product")? {
            Found => {}
            Absent => return script.audit(4030),
            WrongRecord => return script.wrong_record(),
            other => return script.fault(other),
        }
    }
    let (mut has_hash, mut lost_create, mut lost_replace) = (false, false, false);
    loop {
        let user = script.ask("find_user")?;
        match user {
            Found | Weak | Newer | AheadOfTheClock | Local => {}
            Disabled => return script.audit(4030),
            WrongRecord => return script.wrong_record(),
            Absent if lost_create || lost_replace => return Ok(5030),
            Absent if key == OtherEmailDomains => return script.audit(4030),
            Absent => {
                match script.ask("hash_password")? {
                    Hashed => has_hash = true,
                    other => return script.fault(other),
                }
                match script.ask("create_user")? {
                    Created => return grant(script, is_launch),
                    WrongRecord => return script.wrong_record(),
                    Exists => lost_create = true,
                    other => return script.fault(other),
                }
                continue;
            }
            other => return script.fault(other),
        }
        if user == Local {
            match script.ask("admit")? {
                Admitted => {}
                RetryAfter => return script.audit(4290),
                other => return script.fault(other),
            }
        }
        match script.ask("verify_password")? {
            Match if user == Weak => {
                if !has_hash {
                    match script.ask("hash_password")? {
                        Hashed => {}
                        Corrupt => return script.fault(Corrupt),
                        _ => return grant(script, is_launch),
                    }
                }
                return match script.ask("rehash_password")? {
                    Corrupt => script.fault(Corrupt),
                    _ => grant(script, is_launch),
                };
            }
            Match => {
                if user == Local && script.ask("give_back")? == Corrupt {
                    return script.fault(Corrupt);
                }
                return grant(script, is_launch);
            }
            NoMatch => {}
            Unreadable => {
                if script.ask("audit")? == Corrupt {
                    return script.fault(Corrupt);
                }
            }
            other => return script.fault(other),
        }
        match user {
            Local => return Ok(4090),
            Newer => return Ok(4092),
            _ if lost_replace => return Ok(4091),
            _ => {}
        }
        match script.ask("admit")? {
            Admitted => {}
            RetryAfter => return script.audit(4290),
            other => return script.fault(other),
        }
        if !has_hash {
            match script.ask("hash_password")? {
                Hashed => has_hash = true,
                other => return script.fault(other),
            }
        }
        match script.ask("replace_password")? {
            Replaced => return grant(script, is_launch),
            NotRaised => return script.wrong_record(),
            Stale => lost_replace = true,
            other => return script.fault(other),
        }
    }
}

fn grant(script: &mut Script<'_>, is_launch: bool) -> Flow {
    let (call, code) = if is_launch { ("save_code", 303) } else { ("save_token", 200) };
    match script.ask(call)? {
        Done => Ok(code),
        other => script.fault(other),
    }
}

pub(super) fn direct(script: &mut Script<'_>) -> Flow {
    match script.ask("admit")? {
        Admitted => {}
        RetryAfter => return script.audit(4290),
        other => return script.fault(other),
    }
    let company = script.ask("find_company")?;
    match company {
        Found | NotEnabled => {}
        Absent | CompanyDisabled => return refuse_sign_in(script),
        WrongRecord => return script.wrong_record(),
        other => return script.fault(other),
    }
    let user = script.ask("find_user")?;
    match user {
        Found | Weak | Newer | AheadOfTheClock | Local | Disabled => {}
        Absent => return refuse_sign_in(script),
        WrongRecord => return script.wrong_record(),
        other => return script.fault(other),
    }
    match script.ask("verify_password")? {
        Match if user == Disabled => script.audit(4011),
        Match => {
            if script.ask("give_back")? == Corrupt {
                return script.fault(Corrupt);
            }
            if company == NotEnabled { script.audit(4030) } else { grant(script, false) }
        }
        NoMatch => script.audit(4011),
        Unreadable => refuse_sign_in(script),
        other => script.fault(other),
    }
}

/// Computes the fixed hash, although there is nothing to compare with, and refuses.
fn refuse_sign_in(script: &mut Script<'_>) -> Flow {
    match script.ask("verify_password")? {
        Match | NoMatch | Unreadable => script.audit(4011),
        other => script.fault(other),
    }
}

pub(super) fn exchange(script: &mut Script<'_>) -> Flow {
    match script.ask("find_product")? {
        Found | PreviousSecret => {}
        Absent | WrongSecret | ExpiredSecret => return Ok(4012),
        WrongRecord => return script.wrong_record(),
        other => return script.fault(other),
    }
    match script.ask("take_code")? {
        Found => grant(script, false),
        Absent | Expired | Outdated | Disabled | KeyDisabled | CompanyDisabled | OtherProduct => {
            Ok(4012)
        }
        WrongRecord => script.wrong_record(),
        other => script.fault(other),
    }
}

pub(super) fn session(script: &mut Script<'_>) -> Flow {
    match script.ask("find_token")? {
        Found | OtherProduct | NoProduct | NoProductNotEnabled => Ok(200),
        Absent | Expired | Outdated | Disabled | KeyDisabled | CompanyDisabled => Ok(4012),
        WrongRecord => script.wrong_record(),
        other => script.fault(other),
    }
}

pub(super) fn session_at_product(script: &mut Script<'_>) -> Flow {
    match script.ask("find_token")? {
        Found | NoProduct => Ok(200),
        OtherProduct | NoProductNotEnabled => Ok(4012),
        Absent | Expired | Outdated | Disabled | KeyDisabled | CompanyDisabled => Ok(4012),
        WrongRecord => script.wrong_record(),
        other => script.fault(other),
    }
}

pub(super) fn sign_out(script: &mut Script<'_>) -> Flow {
    match script.ask("revoke_token")? {
        Done => Ok(200),
        other => script.fault(other),
    }
}
