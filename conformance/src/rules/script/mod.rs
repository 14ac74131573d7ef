//! A failure as scripts that see it again without this program: for curl, for hurl, and what `replay` reads.

use crate::rules::failure::Failure;
use crate::rules::record::RulesRecord;
use crate::rules::script::plan::Plan;
use crate::suite::error::RunError;

mod curl;
mod hurl;
mod plan;
mod planner;
mod shell;

/// The ending and the text of each file that tells the failure. No key, name, password or token of the run is in them.
///
/// # Errors
///
/// The kit is at fault.
pub fn write(
    failure: &Failure,
    record: &RulesRecord,
) -> Result<Vec<(&'static str, String)>, RunError> {
    let plan = Plan::new(failure, record);
    let json = serde_json::to_string_pretty(&failure.script(&record.product, &record.target));
    let json = json.map_err(|error| RunError::Fault(error.to_string()))?;
    let mut files = vec![("sh", curl::write(&plan)), ("json", json + "\n")];
    // Hurl sends one request after the other, so it cannot race.
    if !failure.races() {
        files.push(("hurl", hurl::write(&plan)));
    }
    Ok(files)
}
