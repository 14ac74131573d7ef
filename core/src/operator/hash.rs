//! The password hashes of a company's users: counts them by kind, and makes those of a kind unusable.

use alloc::vec::{IntoIter, Vec};

use serde::Serialize;

use crate::context::{Context, Principals};
use crate::operator::company::of;
use crate::operator::state::{State, Transition};
use crate::operator::{Call, Reply};
use crate::wire::event::EventKind;
use crate::{CompanyId, Error, HashKind, PasswordHash, Response, User, UserId};

/// Answers with the numbers of users by the kind of their hashes (`SSO-OPS-019`).
pub(super) fn count(users: &[User], next: Option<u64>) -> Result<Transition, Error> {
    #[derive(Default, Serialize)]
    struct Return {
        current: usize,
        other: usize,
        unreadable: usize,
        disabled: usize,
        next: Option<u64>,
    }

    let mut counts = Return { next, ..Return::default() };
    for user in users {
        let count = match user.password_hash.kind() {
            Some(HashKind::Current) => &mut counts.current,
            Some(HashKind::Other) => &mut counts.other,
            Some(HashKind::Unreadable) => &mut counts.unreadable,
            None => &mut counts.disabled,
        };
        *count += 1;
    }
    Response::of_command(&counts).map(Transition::Done)
}

/// The users of a page whose passwords are made unusable, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Disabling {
    company_id: CompanyId,
    kind: HashKind,
    rest: IntoIter<(UserId, PasswordHash)>,
    disabled: usize,
    next: Option<u64>,
}

impl Disabling {
    pub(super) fn begin(
        context: &Context,
        company_id: CompanyId,
        kind: HashKind,
        users: Vec<User>,
        next: Option<u64>,
    ) -> Result<Transition, Error> {
        let of_kind: Vec<_> = users
            .into_iter()
            .filter(|user| user.password_hash.kind() == Some(kind))
            .map(|user| (user.id, user.password_hash))
            .collect();
        Self { company_id, kind, rest: of_kind.into_iter(), disabled: 0, next }.go_on(context)
    }

    /// Takes note of a swap. A hash that was replaced meanwhile stays as it is (`SSO-OPS-020`).
    pub(super) fn swapped(mut self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        self.disabled += usize::from(reply.swap()?);
        self.go_on(context)
    }

    fn go_on(mut self, context: &Context) -> Result<Transition, Error> {
        #[derive(Serialize)]
        struct Return {
            disabled: usize,
            next: Option<u64>,
        }

        let Some((user_id, expected_hash)) = self.rest.next() else {
            let Self { disabled, next, .. } = self;
            return Response::of_command(&Return { disabled, next }).map(Transition::Done);
        };
        let company_id = self.company_id;
        let principals = Principals { user: Some(user_id), ..of(company_id) };
        let call = Call::DisablePassword {
            company_id,
            user_id,
            expected_hash,
            password_hash: PasswordHash::disabled(),
            event: context.event(EventKind::PasswordDisabled(self.kind), principals, None),
        };
        Ok(Transition::Call(call, State::DisablePassword(self)))
    }
}
