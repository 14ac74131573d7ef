//! The entrances by which a password comes in: sign-on and launch, each by every way. A rule that holds by one has to hold by all.

use crate::checks::known::Known;
use crate::checks::launch;
use crate::format::operation::Operation;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::request::Request;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::probe::Probe;

/// An operation that takes a password by the key, and a way to send its fields.
#[derive(Clone, Copy)]
pub(super) struct Entrance {
    pub(super) operation: Operation,
    pub(super) way: Way,
}

impl Entrance {
    /// The entrances of an operation.
    pub(super) fn of(operation: Operation) -> impl Iterator<Item = Self> + Clone {
        operation.ways().iter().map(move |way| Self { operation, way: *way })
    }

    /// The entrances that the server offers. A product without a URL has no launch.
    pub(super) fn all(probe: &mut Probe<'_>) -> Result<Vec<Self>, Stop> {
        let mut all: Vec<_> = Self::of(Operation::SignOn).collect();
        let fields = probe.user();
        if probe.needs(Operation::Launch).is_ok() && launch::if_offered(probe, &fields)?.is_some() {
            all.extend(Self::of(Operation::Launch));
        }
        Ok(all)
    }

    /// The call that sends these fields.
    pub(super) fn request(self, fields: &Fields) -> Request {
        self.way.to(self.operation, fields)
    }

    /// Returns what a report calls it.
    pub(super) fn words(self) -> String {
        let way = match self.way {
            Way::Get => "GET",
            Way::Form => "form",
            Way::Json => "JSON",
        };
        format!("a {} by {way}", self.operation.name())
    }

    /// Sends these fields, and says what is wrong if they are not let in.
    pub(super) fn try_enter(
        self,
        probe: &mut Probe<'_>,
        request: &Request,
        fields: &Fields,
    ) -> Result<Result<(), Mismatch>, Stop> {
        if self.operation == Operation::Launch {
            return Ok(launch::launched(probe, request, fields)?.map(drop));
        }
        match probe.answered(request)? {
            Ok(answer) => Ok(probe.signed_on(&answer)?.map(drop)),
            Err(mismatch) => Ok(Err(mismatch)),
        }
    }

    /// Expects these fields to be let in; false and a note if they are not.
    pub(super) fn enter(
        self,
        probe: &mut Probe<'_>,
        fields: &Fields,
        case: &str,
    ) -> Result<bool, Stop> {
        let request = self.request(fields).case(case);
        let entered = self.try_enter(probe, &request, fields)?;
        let is_in = entered.is_ok();
        if let Err(mismatch) = entered {
            probe.note(&request, mismatch);
        }
        Ok(is_in)
    }
}

/// Sees by direct sign-ins what became of a user.
pub(super) struct Sight {
    company: String,
}

impl Sight {
    /// Signs somebody on to learn the company's domain.
    pub(super) fn new(probe: &mut Probe<'_>) -> Result<Self, Stop> {
        probe.needs(Operation::Direct)?;
        Ok(Self { company: Known::new(probe)?.company()? })
    }

    /// The direct sign-in with the e-mail and the password of these fields.
    pub(super) fn request(&self, way: Way, fields: &Fields) -> Request {
        let direct = Fields::default()
            .and("userid", fields.value("email"))
            .and("password", fields.value("password"))
            .and("company", &self.company);
        way.to(Operation::Direct, &direct)
    }
}
