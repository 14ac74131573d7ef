//! The operator's commands. They are not part of the HTTP surface; a host's own tools begin them.

mod command_request;

pub(crate) use command_request::CommandRequest;

use crate::context::{Context, Principals};
use crate::request::fields::Field;
use crate::state::State;
use crate::step::Transition;
use crate::{
    Call, CompanyId, Email, Error, KeyId, KeyStatus, MAX_INTEGER, NewKey, Reply, Response, SsoKey,
};

/// A command whose members are valid; its company is not looked up yet.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    /// The company's registered address.
    email: Email,
    action: Action,
}

#[derive(Clone, Debug)]
enum Action {
    IssueKey { key: SsoKey, expires_at: Option<u64> },
    ListKeys,
    SetKeyStatus { key_id: KeyId, status: KeyStatus },
}

/// A key that is not durable yet, with the members of the answer that will show it.
#[derive(Clone, Debug)]
pub(crate) struct PendingKey {
    key: SsoKey,
    company_id: CompanyId,
    expires_at: Option<u64>,
}

impl Command {
    pub(crate) fn parse(request: CommandRequest, context: &Context) -> Result<Self, Error> {
        let (email, action) = match request {
            CommandRequest::IssueKey { email, expires_at } => {
                let lies_ahead = |end| context.now < end && end <= MAX_INTEGER;
                if !expires_at.is_none_or(lies_ahead) {
                    return Err(Error::Malformed);
                }
                (email, Action::IssueKey { key: SsoKey::issue(context.entropy.code), expires_at })
            }
            CommandRequest::ListKeys { email } => (email, Action::ListKeys),
            CommandRequest::SetKeyStatus { email, key_id, status } => {
                (email, Action::SetKeyStatus { key_id, status })
            }
        };
        let email = Email::parse(&email).ok_or(Error::Invalid(Field::Email))?;
        Ok(Self { email, action })
    }

    pub(crate) fn begin(self) -> Transition {
        let call = Call::FindCompanyByEmail { email: self.email.clone() };
        Transition::Call(call, State::FindCompanyByEmail(self))
    }

    pub(crate) fn company_found(
        self,
        context: &Context,
        reply: Reply,
    ) -> Result<Transition, Error> {
        let company = reply.company()?.ok_or(Error::NoSuchRecord)?;
        if company.email != self.email {
            return Ok(context.refuse_wrong_record(Principals::default()));
        }
        let company_id = company.id;
        Ok(match self.action {
            Action::IssueKey { key, expires_at } => {
                let new_key = NewKey { digest: key.digest(), company_id, expires_at };
                let pending = PendingKey { key, company_id, expires_at };
                Transition::Call(Call::SaveKey { key: new_key }, State::SaveKey(pending))
            }
            Action::ListKeys => Transition::Call(Call::ListKeys { company_id }, State::ListKeys),
            Action::SetKeyStatus { key_id, status } => Transition::Call(
                Call::SetKeyStatus { company_id, key_id, status },
                State::SetKeyStatus,
            ),
        })
    }
}

impl PendingKey {
    /// Shows the key, this once. INVARIANT: its digest is durable by now.
    pub(crate) fn saved(self, reply: Reply) -> Result<Transition, Error> {
        let key_id = reply.saved_key()?;
        Response::issued_key(key_id, self.company_id, &self.key, self.expires_at)
            .map(Transition::Done)
    }
}
