//! The state of the simulated LastPass, compared with the record and the replies.

use std::collections::{BTreeSet, HashMap};

use lastpass_sim::{Call, Company, Mail, MailKind, User};
use serde_json::Value;

use crate::{
    faults::{
        jobs::{Job, JobKind},
        score::Score,
    },
    world::{TestResponse, World},
};

/// The commands that change data.
const COMMANDS: [&str; 9] = [
    "batchadd",
    "batchchangegrp",
    "deluser",
    "disablemultifactor",
    "disableuser",
    "enableuser",
    "reinviteuser",
    "requiremasterpasswordchange",
    "resetpassword",
];

/// The simulator's state and the record.
pub(crate) struct Truth {
    company: Company,
    mails: HashMap<String, Vec<MailKind>>,
    /// The number of commands for each address.
    commands: HashMap<String, usize>,
    actions: HashMap<String, Vec<Value>>,
    chain: Value,
}

impl Truth {
    pub(crate) async fn of(world: &World) -> Self {
        let (mut actions, mut chain, mut cursor) = (HashMap::<_, Vec<_>>::new(), Value::Null, String::new());
        loop {
            let mut page = world.get(&format!("actions?limit=1000&verify=true{cursor}")).await.json();
            chain = if chain.is_null() { page["chain"].take() } else { chain };
            let Value::Array(listed) = page["actions"].take() else { panic!("no list of actions: {page}") };
            for action in listed {
                actions.entry(text(&action["email"]).to_owned()).or_default().push(action);
            }
            let Some(next) = page["nextCursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let mut mails = HashMap::<_, Vec<_>>::new();
        for Mail { to, kind } in world.sim.mails() {
            mails.entry(to).or_default().push(kind);
        }
        let mut commands = HashMap::new();
        for Call { command, usernames, .. } in world.sim.calls() {
            for email in usernames.into_iter().filter(|_| COMMANDS.contains(&command.as_str())) {
                *commands.entry(email).or_default() += 1;
            }
        }
        Self { company: world.sim.with_company(|company| company.clone()), mails, commands, actions, chain }
    }

    /// Checks that the record's chain is valid and no other user was changed.
    pub(crate) fn check_bystanders(&self, jobs: &[Job], before: &Company, score: &mut Score) {
        if self.chain["ok"] != Value::Bool(true) {
            score.findings.push(format!("the chain is broken: {}", self.chain));
        }
        let ours: BTreeSet<&str> = jobs.iter().map(|job| job.email.as_str()).collect();
        let bystanders = |company: &Company| -> Vec<User> {
            company.users.iter().filter(|user| !ours.contains(user.username.as_str())).cloned().collect()
        };
        if bystanders(before) != bystanders(&self.company) {
            score.findings.push("a user without a request was changed".to_owned());
        }
    }

    /// Compares one operation with its effects, its reply and its record.
    pub(crate) fn check(&self, job: &Job, reply: &TestResponse, score: &mut Score) {
        score.operations += 1;
        let actions = self.actions.get(&job.email).map(Vec::as_slice).unwrap_or_default();
        let steps: Vec<Step<'_>> = actions.iter().flat_map(Step::all).collect();
        let (mut lost, mut doubled, mut wrong_groups, mut wrong) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        lost.extend(self.presence(job, &steps));
        lost.extend(self.difference(job, &steps));
        wrong_groups.extend(self.wrong_group(job));
        for (kind, name) in [
            (MailKind::Invitation, "createAccount"),
            (MailKind::Reinvitation, "reinvite"),
            (MailKind::PasswordReset, "sendPasswordReset"),
        ] {
            let mails = self.mails.get(&job.email).into_iter().flatten().filter(|sent| **sent == kind).count();
            let least = steps.iter().filter(|step| step.name == name && step.is_done()).count();
            let most = steps.iter().filter(|step| step.name == name && step.may_be_done()).count();
            if mails > 1.max(most) {
                doubled.push(format!("{mails} mails for {name}"));
            } else if !(least..=most).contains(&mails) {
                lost.push(format!("{mails} mails for {name}, and {least} to {most} recorded"));
            }
        }
        let sent = self.commands.get(&job.email).copied().unwrap_or_default();
        if sent > steps.iter().filter(|step| step.state != "notSent").count() {
            doubled.push(format!("{sent} commands sent"));
        }
        wrong.extend(steps.iter().filter(|step| !self.may_end(job, step, &steps)).map(|step| format!("{step:?}")));
        match actions.iter().find(|action| action["id"] == reply.json()["actionId"]) {
            Some(action) => {
                score.count(text(&action["outcome"]));
                wrong.extend(contradictions(job, action, reply));
            }
            None => {
                score.refused += 1;
                let is_there = reply.json()["code"] == "already-exists" && self.account(job).is_some();
                wrong.extend((!is_there).then(|| "no action was recorded".to_owned()));
            }
        }
        score.lost += lost.len();
        score.doubled += doubled.len();
        score.wrong_groups += wrong_groups.len();
        let findings = lost.into_iter().chain(doubled).chain(wrong_groups).chain(wrong);
        score.findings.extend(findings.map(|finding| {
            format!(
                "{:?} {}: {finding}\n  reply {} {}\n  record {actions:?}",
                job.kind,
                job.email,
                reply.status,
                reply.text()
            )
        }));
    }

    /// A wrong number of accounts and invitations of the address.
    fn presence(&self, job: &Job, steps: &[Step<'_>]) -> Option<String> {
        let is_done = |name: &str| steps.iter().any(|step| step.name == name && step.is_done());
        let should_be = match job.kind {
            JobKind::Provision | JobKind::ProvisionInvited => is_done("createAccount"),
            JobKind::Remove => !is_done("remove"),
            JobKind::Delete => !is_done("delete"),
            JobKind::Uninvite => !is_done("uninvite"),
            JobKind::Deactivate
            | JobKind::Restore
            | JobKind::Groups
            | JobKind::GroupsOfInvited
            | JobKind::Reinvite
            | JobKind::RequirePasswordChange
            | JobKind::SendPasswordReset
            | JobKind::DisableMfa => true,
        };
        let is = usize::from(self.is_invited(job))
            + self.company.users.iter().filter(|user| user.username == job.email).count();
        (is != usize::from(should_be)).then(|| format!("{is} accounts, and {should_be} recorded"))
    }

    /// A difference between the account and the steps that were done.
    fn difference(&self, job: &Job, steps: &[Step<'_>]) -> Option<String> {
        let account = self.account(job)?;
        let mut expected = job.before.clone().unwrap_or_else(|| User { groups: Vec::new(), ..account.clone() });
        for step in steps.iter().filter(|step| step.is_done()) {
            match (step.name, step.group) {
                ("addToGroup", Some(group)) => expected.groups.push(group.to_owned()),
                ("removeFromGroup", Some(group)) => expected.groups.retain(|kept| kept != group),
                ("deactivate", None) => expected.disabled = true,
                ("restore", None) => expected.disabled = false,
                ("requirePasswordChange", None) => expected.password_reset_required = true,
                ("disableMfa", None) => expected.multifactor = None,
                ("createAccount" | "reinvite" | "sendPasswordReset", None) => {}
                other => return Some(format!("done, but the account still exists: {other:?}")),
            }
        }
        let sorted = |user: &User| {
            let mut user = user.clone();
            user.groups.sort();
            user.groups.dedup();
            user
        };
        let (expected, account) = (sorted(&expected), sorted(account));
        (expected != account).then(|| format!("expected {expected:?}, found {account:?}"))
    }

    /// A group that was added or removed without a request.
    fn wrong_group(&self, job: &Job) -> Option<String> {
        let person = self.account(job).or_else(|| self.awaiting(job))?;
        let before = job.before.as_ref().map(|user| user.groups.as_slice()).unwrap_or_default();
        let wrong = person.groups.iter().find(|group| !before.contains(group) && !job.add.contains(group));
        let missing = before.iter().find(|group| !person.groups.contains(group) && !job.remove.contains(group));
        wrong.or(missing).map(|group| format!("wrong group {group}"))
    }

    /// Whether a step may end in its state. Steps that cannot be read back may stay `sent` or `unknown`.
    fn may_end(&self, job: &Job, step: &Step<'_>, all: &[Step<'_>]) -> bool {
        let is_readable = match step.group {
            Some(_) => !self.is_invited(job),
            None => !matches!(step.name, "reinvite" | "sendPasswordReset"),
        };
        match step.state {
            "confirmed" => is_readable,
            "failed" => true,
            "sent" | "unknown" => !is_readable,
            "notSent" => all.iter().any(|step| step.name == "createAccount" && step.state == "failed"),
            _ => false,
        }
    }

    fn account(&self, job: &Job) -> Option<&User> {
        self.company.users.iter().find(|user| user.username == job.email)
    }

    fn awaiting(&self, job: &Job) -> Option<&User> {
        self.company.pending_users.iter().find(|user| user.username == job.email)
    }

    fn is_invited(&self, job: &Job) -> bool {
        self.company.invited.contains(&job.email)
    }
}

/// One step of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step<'a> {
    name: &'a str,
    group: Option<&'a str>,
    state: &'a str,
}

impl<'a> Step<'a> {
    fn all(action: &'a Value) -> Vec<Self> {
        let steps = action["steps"].as_array().into_iter().flatten();
        steps
            .map(|step| Self { name: text(&step["step"]), group: step["group"].as_str(), state: text(&step["state"]) })
            .collect()
    }

    fn is_done(&self) -> bool {
        matches!(self.state, "confirmed" | "sent")
    }

    fn may_be_done(&self) -> bool {
        self.is_done() || self.state == "unknown"
    }
}

/// Contradictions between a reply, its record, and the steps of the record.
fn contradictions(job: &Job, action: &Value, reply: &TestResponse) -> Vec<String> {
    let (steps, shown) = (Step::all(action), reply.json());
    let all_done = steps.iter().all(Step::is_done);
    let outcome = match steps.iter().any(Step::is_done) {
        true if !all_done => "partial",
        true if steps.iter().any(|step| step.state == "sent") => "sent",
        true => "confirmed",
        false if steps.iter().any(Step::may_be_done) => "unknown",
        false => "failed",
    };
    let (status, codes): (_, &[&str]) = match outcome {
        "failed" => (502, &["lastpass-refused", "change-not-applied", "lastpass-unavailable"]),
        "unknown" => (504, &["outcome-unknown"]),
        _ if matches!(job.kind, JobKind::Provision | JobKind::ProvisionInvited) => (201, &[""]),
        _ => (200, &[""]),
    };
    let mut wrong = Vec::new();
    let mut check = |what: &str, is_right: bool| wrong.extend((!is_right).then(|| format!("wrong {what}: {outcome}")));
    check("outcome", action["outcome"] == outcome);
    check("status", reply.status == status);
    check("code", codes.contains(&text(&shown["code"])));
    check("steps", shown["steps"] == action["steps"]);
    if shown["success"] == true {
        let named = |list: &Value, member: Option<&str>| -> BTreeSet<String> {
            let names = list.as_array().into_iter().flatten();
            names.map(|name| text(member.map_or(name, |member| &name[member])).to_owned()).collect()
        };
        let groups = |is_wanted: &dyn Fn(&Step<'_>) -> bool| -> BTreeSet<String> {
            steps.iter().filter(|step| is_wanted(step)).filter_map(|step| step.group.map(str::to_owned)).collect()
        };
        let added = groups(&|step| step.name == "addToGroup" && step.is_done());
        let removed = groups(&|step| step.name == "removeFromGroup" && step.is_done());
        check("groups.added", named(&shown["groups"]["added"], None) == added);
        check("groups.removed", named(&shown["groups"]["removed"], None) == removed);
        check("groups.failed", named(&shown["groups"]["failed"], Some("name")) == groups(&|step| !step.is_done()));
    }
    wrong
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
