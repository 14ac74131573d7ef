//! The JSON of the operator's commands.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use crate::operator::members::{Member, Members, Type, optional, required};
use crate::operator::refusal::Refusal;
use crate::operator::{
    Command, CompanyMembers, DisplayName, EventQuery, EventWord, Name, Overlap, Page, UserMembers,
};
use crate::value::word::words;
use crate::{
    CompanyStatus, Domain, Email, EmailDomains, Error, HashKind, KeyId, KeyStatus, LaunchUrl,
    MAX_INTEGER, ManagedBy, Password, ProductName, Products, UserStatus,
};

words! {
    /// A command by its name.
    pub(super) enum Kind {
        AddCompany = "add_company",
        ListCompanies = "list_companies",
        SetCompanyStatus = "set_company_status",
        SetCompany = "set_company",
        SignOutCompany = "sign_out_company",
        DeleteCompany = "delete_company",
        IssueKey = "issue_key",
        RotateKey = "rotate_key",
        ListKeys = "list_keys",
        SetKeyStatus = "set_key_status",
        EndKey = "end_key",
        AddUser = "add_user",
        ListUsers = "list_users",
        ShowUser = "show_user",
        SetUserStatus = "set_user_status",
        SetUserManager = "set_user_manager",
        SetUser = "set_user",
        SetUserEmail = "set_user_email",
        SignOutUser = "sign_out_user",
        DeleteUser = "delete_user",
        CountHashes = "count_hashes",
        DisableHashes = "disable_hashes",
        ListProducts = "list_products",
        SetProduct = "set_product",
        RotateProduct = "rotate_product",
        ListEvents = "list_events",
        Purge = "purge",
        PurgeEvents = "purge_events",
    }
}

const COMPANY: Member = required("companyEmail", Type::Text);
const USER: Member = required("userEmail", Type::Text);
const KEY: Member = required("keyId", Type::Number);
const PRODUCT: Member = required("name", Type::Text);
const STATUS: Member = required("status", Type::Text);
const EMAIL_DOMAINS: Member = optional("emailDomains", Type::Texts);
const END: Member = optional("expiresAt", Type::Number);
const AFTER: Member = optional("after", Type::Number);
const LIMIT: Member = optional("limit", Type::Number);

/// The commands with their members, as the table of `spec/README.md` lists them.
pub(super) const COMMANDS: &[(Kind, &[Member])] = &[
    (
        Kind::AddCompany,
        &[
            required("name", Type::Text),
            required("domain", Type::Text),
            required("email", Type::Text),
            optional("products", Type::Texts),
            EMAIL_DOMAINS,
            optional("accountType", Type::Text),
        ],
    ),
    (Kind::ListCompanies, &[AFTER, LIMIT]),
    (Kind::SetCompanyStatus, &[COMPANY, STATUS]),
    (
        Kind::SetCompany,
        &[
            COMPANY,
            optional("name", Type::Text),
            EMAIL_DOMAINS,
            optional("accountType", Type::Text),
            optional("domainOwnershipVerified", Type::Boolean),
            optional("domainMxVerified", Type::Boolean),
        ],
    ),
    (Kind::SignOutCompany, &[COMPANY]),
    (Kind::DeleteCompany, &[COMPANY]),
    (Kind::IssueKey, &[COMPANY, END]),
    (Kind::RotateKey, &[COMPANY, KEY, END, optional("keep", Type::Boolean)]),
    (Kind::ListKeys, &[COMPANY, AFTER, LIMIT]),
    (Kind::SetKeyStatus, &[COMPANY, KEY, STATUS]),
    (Kind::EndKey, &[COMPANY, KEY]),
    (Kind::AddUser, &[COMPANY, USER, required("password", Type::Text)]),
    (Kind::ListUsers, &[COMPANY, AFTER, LIMIT]),
    (Kind::ShowUser, &[COMPANY, USER]),
    (Kind::SetUserStatus, &[COMPANY, USER, STATUS]),
    (Kind::SetUserManager, &[COMPANY, USER, required("managedBy", Type::Text)]),
    (
        Kind::SetUser,
        &[
            COMPANY,
            USER,
            optional("loginId", Type::Text),
            optional("displayName", Type::Text),
            optional("isCreator", Type::Boolean),
            optional("isCompanyAdmin", Type::Boolean),
            optional("permissions", Type::Texts),
        ],
    ),
    (Kind::SetUserEmail, &[COMPANY, USER, required("newEmail", Type::Text)]),
    (Kind::SignOutUser, &[COMPANY, USER]),
    (Kind::DeleteUser, &[COMPANY, USER]),
    (Kind::CountHashes, &[COMPANY, AFTER, LIMIT]),
    (Kind::DisableHashes, &[COMPANY, required("kind", Type::Text), AFTER, LIMIT]),
    (Kind::ListProducts, &[]),
    (Kind::SetProduct, &[PRODUCT, required("launchUrl", Type::Text)]),
    (Kind::RotateProduct, &[PRODUCT, optional("overlap", Type::Number)]),
    (
        Kind::ListEvents,
        &[
            optional("since", Type::Number),
            optional("companyEmail", Type::Text),
            optional("userEmail", Type::Text),
            optional("keyId", Type::Number),
            optional("kind", Type::Text),
            AFTER,
            LIMIT,
        ],
    ),
    (Kind::Purge, &[]),
    (Kind::PurgeEvents, &[required("before", Type::Number)]),
];

impl Command {
    /// Reads a command from JSON. What cannot be read comes before what is missing, and that before what is outside its bounds
    /// (`SSO-OPS-006`, `SSO-OPS-008`). [`Self::begin`] checks the bounds that its types do not have.
    pub(super) fn parse(text: &str, products: &Products) -> Result<Self, Error> {
        let members = Members::read(text)?;
        let email = |name| members.text(name, Email::BOUNDS, Email::parse);
        let company_email = || email("companyEmail");
        let user_email = || email("userEmail");
        let display_name =
            |name| members.optional_text(name, DisplayName::BOUNDS, DisplayName::parse);
        Ok(match members.command() {
            Kind::AddCompany => Self::AddCompany {
                name: members.text("name", Name::BOUNDS, Name::parse)?,
                domain: members.text("domain", Domain::BOUNDS, Domain::parse)?,
                email: email("email")?,
                products: parse_products(&members, products)?,
                email_domains: parse_email_domains(&members)?,
                account_type: members.optional_text("accountType", Name::BOUNDS, Name::parse)?,
            },
            Kind::ListCompanies => Self::ListCompanies { page: parse_page(&members)? },
            Kind::SetCompanyStatus => Self::SetCompanyStatus {
                company_email: company_email()?,
                status: members.text("status", CompanyStatus::BOUNDS, CompanyStatus::parse)?,
            },
            Kind::SetCompany => Self::SetCompany {
                company_email: company_email()?,
                members: CompanyMembers {
                    name: members.optional_text("name", Name::BOUNDS, Name::parse)?,
                    email_domains: parse_email_domains(&members)?,
                    account_type: members.optional_text(
                        "accountType",
                        Name::BOUNDS,
                        Name::parse,
                    )?,
                    domain_ownership_verified: members.boolean("domainOwnershipVerified"),
                    domain_mx_verified: members.boolean("domainMxVerified"),
                },
            },
            Kind::SignOutCompany => Self::SignOutCompany { company_email: company_email()? },
            Kind::DeleteCompany => Self::DeleteCompany { company_email: company_email()? },
            Kind::IssueKey => Self::IssueKey {
                company_email: company_email()?,
                expires_at: members.optional_number("expiresAt", END_BOUNDS, Some)?,
            },
            Kind::RotateKey => Self::RotateKey {
                company_email: company_email()?,
                key_id: parse_key_id(&members)?,
                expires_at: members.optional_number("expiresAt", END_BOUNDS, Some)?,
                keep: members.boolean("keep").unwrap_or_default(),
            },
            Kind::ListKeys => {
                Self::ListKeys { company_email: company_email()?, page: parse_page(&members)? }
            }
            Kind::SetKeyStatus => Self::SetKeyStatus {
                company_email: company_email()?,
                key_id: parse_key_id(&members)?,
                status: members.text("status", KeyStatus::BOUNDS, KeyStatus::parse)?,
            },
            Kind::EndKey => {
                Self::EndKey { company_email: company_email()?, key_id: parse_key_id(&members)? }
            }
            Kind::AddUser => Self::AddUser {
                company_email: company_email()?,
                user_email: user_email()?,
                password: members.text("password", Password::BOUNDS, Password::parse)?,
            },
            Kind::ListUsers => {
                Self::ListUsers { company_email: company_email()?, page: parse_page(&members)? }
            }
            Kind::ShowUser => {
                Self::ShowUser { company_email: company_email()?, user_email: user_email()? }
            }
            Kind::SetUserStatus => Self::SetUserStatus {
                company_email: company_email()?,
                user_email: user_email()?,
                status: members.text("status", UserStatus::BOUNDS, UserStatus::parse)?,
            },
            Kind::SetUserManager => Self::SetUserManager {
                company_email: company_email()?,
                user_email: user_email()?,
                managed_by: members.text("managedBy", ManagedBy::BOUNDS, ManagedBy::parse)?,
            },
            Kind::SetUser => Self::SetUser {
                company_email: company_email()?,
                user_email: user_email()?,
                members: UserMembers {
                    login_id: display_name("loginId")?,
                    display_name: display_name("displayName")?,
                    is_creator: members.boolean("isCreator"),
                    is_company_admin: members.boolean("isCompanyAdmin"),
                    permissions: parse_permissions(&members)?,
                },
            },
            Kind::SetUserEmail => Self::SetUserEmail {
                company_email: company_email()?,
                user_email: user_email()?,
                new_email: email("newEmail")?,
            },
            Kind::SignOutUser => {
                Self::SignOutUser { company_email: company_email()?, user_email: user_email()? }
            }
            Kind::DeleteUser => {
                Self::DeleteUser { company_email: company_email()?, user_email: user_email()? }
            }
            Kind::CountHashes => {
                Self::CountHashes { company_email: company_email()?, page: parse_page(&members)? }
            }
            Kind::DisableHashes => Self::DisableHashes {
                company_email: company_email()?,
                kind: members.text("kind", HashKind::BOUNDS, HashKind::parse)?,
                page: parse_page(&members)?,
            },
            Kind::ListProducts => Self::ListProducts,
            Kind::SetProduct => Self::SetProduct {
                name: parse_product(&members, products)?,
                launch_url: members.text("launchUrl", LaunchUrl::BOUNDS, LaunchUrl::parse)?,
            },
            Kind::RotateProduct => Self::RotateProduct {
                name: parse_product(&members, products)?,
                overlap: members
                    .optional_number("overlap", Overlap::BOUNDS, |it| Overlap::new(it).ok())?
                    .unwrap_or_default(),
            },
            Kind::ListEvents => Self::ListEvents(Box::new(EventQuery {
                since: members.optional_number("since", EventQuery::SINCE_BOUNDS, time)?,
                company_email: members.optional_text(
                    "companyEmail",
                    Email::BOUNDS,
                    Email::parse,
                )?,
                user_email: members.optional_text("userEmail", Email::BOUNDS, Email::parse)?,
                key_id: members.optional_number("keyId", KeyId::BOUNDS, key_id)?,
                kind: members.optional_text("kind", EventWord::BOUNDS, EventWord::parse)?,
                page: parse_page(&members)?,
            })),
            Kind::Purge => Self::Purge,
            Kind::PurgeEvents => {
                Self::PurgeEvents { before: members.number("before", BEFORE_BOUNDS, Some)? }
            }
        })
    }
}

pub(super) const END_BOUNDS: &str = "must be a time after now, at most 2^53-1";

pub(super) const BEFORE_BOUNDS: &str = "must be a time up to now";

fn key_id(id: u64) -> Option<KeyId> {
    KeyId::new(id).ok()
}

fn time(time: u64) -> Option<u64> {
    (time <= MAX_INTEGER).then_some(time)
}

fn parse_key_id(members: &Members) -> Result<KeyId, Refusal> {
    members.number("keyId", KeyId::BOUNDS, key_id)
}

fn parse_page(members: &Members) -> Result<Page, Refusal> {
    let first = Page::default();
    let after = members.optional_number("after", Page::AFTER_BOUNDS, |after| {
        Page::new(after, first.limit()).ok()
    })?;
    let page = after.unwrap_or(first);
    let limit = members.optional_number("limit", Page::LIMIT_BOUNDS, |limit| {
        Page::new(page.after(), u32::try_from(limit).ok()?).ok()
    })?;
    Ok(limit.unwrap_or(page))
}

fn parse_product(members: &Members, products: &Products) -> Result<ProductName, Refusal> {
    members
        .text("name", "", |name| Some(ProductName::parse(name)))?
        .ok_or_else(|| unknown_product(products))
}

fn parse_products(
    members: &Members,
    products: &Products,
) -> Result<Option<Vec<ProductName>>, Refusal> {
    let Some(texts) = members.texts("products") else { return Ok(None) };
    let names: Option<Vec<_>> = texts.iter().map(|text| ProductName::parse(text)).collect();
    names.map(Some).ok_or_else(|| unknown_products(products))
}

fn parse_email_domains(members: &Members) -> Result<Option<EmailDomains>, Refusal> {
    let Some(texts) = members.texts("emailDomains") else { return Ok(None) };
    let domains: Option<Vec<_>> = texts.iter().map(|text| Domain::parse(text)).collect();
    domains
        .and_then(|domains| EmailDomains::new(domains).ok())
        .map(Some)
        .ok_or(Refusal::invalid("emailDomains", EmailDomains::BOUNDS))
}

pub(super) const PERMISSIONS_BOUNDS: &str =
    "must be at most 100 texts of 1 to 200 characters, none of them control";

fn parse_permissions(members: &Members) -> Result<Option<Vec<Name>>, Refusal> {
    let Some(texts) = members.texts("permissions") else { return Ok(None) };
    let names: Option<Vec<_>> = texts.iter().map(|text| Name::parse(text)).collect();
    names.map(Some).ok_or(Refusal::invalid("permissions", PERMISSIONS_BOUNDS))
}

pub(super) fn unknown_product(products: &Products) -> Refusal {
    Refusal::Invalid("name", format!("must be one of {products}").into())
}

pub(super) fn unknown_products(products: &Products) -> Refusal {
    Refusal::Invalid("products", format!("must be one or more of {products}").into())
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;
    use std::format;

    use super::{COMMANDS, Member};

    /// The first column of the table of commands, and the names in the second, with `?` where one may be absent.
    fn table() -> Vec<(String, Vec<String>)> {
        let spec = include_str!("../../../spec/README.md");
        let rows = spec.lines().skip_while(|line| !line.starts_with("| command |")).skip(2);
        let without_parentheses = |cell: &str| -> String {
            cell.split('(')
                .map(|part| part.split_once(')').map_or(part, |(_, rest)| rest))
                .collect()
        };
        let row = |line: &str| {
            let mut cells = line.split('|').map(str::trim).skip(1);
            let command = cells.next().unwrap().replace('`', "");
            let members = without_parentheses(cells.next().unwrap());
            let names = members.split(',').map(str::trim).filter(|name| name.starts_with('`'));
            (command, names.map(|name| name.replace('`', "")).collect())
        };
        rows.take_while(|line| line.starts_with('|')).map(row).collect()
    }

    // proves: SSO-OPS-006
    #[test]
    fn the_commands_are_those_of_the_spec_with_their_members() {
        let name = |member: &Member| {
            format!("{}{}", member.name, if member.is_required { "" } else { "?" })
        };
        let commands: Vec<(String, Vec<String>)> = COMMANDS
            .iter()
            .map(|(command, members)| (command.as_str().into(), members.iter().map(name).collect()))
            .collect();
        assert_eq!(commands, table());
    }
}
