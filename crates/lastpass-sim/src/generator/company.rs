//! Generates the users, invitations and shared folders of a demo account.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use fastrand::Rng;

use crate::company::{Company, Folder, Member, User};
use crate::generator::names::{NAME_SETS, Name, NameSet};
use crate::generator::sites::SITES;

/// Departments with their percentage of the users and their group, if any.
const DEPARTMENTS: &[(&str, u32, Option<&str>)] = &[
    ("Engineering", 34, Some("Engineering-Team")),
    ("Sales", 21, Some("Sales-Team")),
    ("Marketing", 12, Some("Marketing-Team")),
    ("HR", 6, Some("HR-Team")),
    ("Finance", 8, Some("Finance-Team")),
    ("Legal", 4, Some("Legal-Team")),
    ("Operations", 9, None),
    ("Customer Support", 6, None),
];

const SUBJECTS: &[&str] = &[
    "Production",
    "Social Media",
    "Vendors",
    "Travel",
    "Banking",
    "Tax / Audit",
    "Café Wi-Fi",
    "Staging",
    "Analytics",
    "Contracts",
    "Recruiting",
    "Hardware",
    "Domains",
    "Events",
    "Training",
    "Licences",
    "Payroll",
    "Customers",
    "Partners",
    "Büro Zürich",
    "Archive",
    "Emergency Access",
];

const MAX_MEMBERS: usize = 200;
const MAX_FOLDERS: usize = 2_000;
/// The positions of folders with special properties, which exist in every account that is large enough.
const WITHOUT_ADMINISTRATOR: usize = 1;
const ONLY_DISABLED_MEMBERS: usize = 2;
const DELETED: usize = 3;
const LARGEST: usize = 4;

const SECONDS_PER_DAY: i64 = 86_400;

/// Generates a realistic account without a log.
pub(crate) fn generate(seed: u64, users: usize, today: NaiveDate) -> Company {
    let mut generator = Generator {
        rng: Rng::with_seed(seed),
        now: today.and_time(NaiveTime::MIN).and_utc(),
        address_counts: HashMap::new(),
    };
    let mut company = Company::empty();
    let mut id = 449_000_000;
    company.users.reserve(users);
    for position in 0..users {
        id += generator.rng.u64(1..40);
        company.users.push(generator.user(id, position, users));
    }
    company.invited = (0..users / 50).map(|_| generator.name().1).collect();
    company.folders = generator.folders(&company.users);
    company
}

struct Generator {
    rng: Rng,
    now: DateTime<Utc>,
    /// The number of addresses generated from each name.
    address_counts: HashMap<String, u32>,
}

impl Generator {
    /// Returns true with this probability.
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(0..100) < percent
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.rng.usize(0..list.len())]
    }

    /// A display name and a unique address.
    fn name(&mut self) -> (String, String) {
        let names = self.name_set();
        let (given, family): (Name, Name) = (self.pick(names.given), self.pick(names.family));
        let (first, second) = if names.family_first { (family, given) } else { (given, family) };
        let display = format!("{}{}{}", first.0, names.separator, second.0);
        let mut address = format!("{}.{}", given.1, family.1);
        address.make_ascii_lowercase();
        let count = self.address_counts.entry(address.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            address.push_str(&count.to_string());
        }
        address.push_str("@example.com");
        (display, address)
    }

    fn name_set(&mut self) -> &'static NameSet {
        let mut remaining = self.rng.u32(0..NAME_SETS.iter().map(|names| names.weight).sum());
        for names in NAME_SETS {
            match remaining.checked_sub(names.weight) {
                None => return names,
                Some(rest) => remaining = rest,
            }
        }
        &NAME_SETS[0]
    }

    fn department(&mut self) -> (&'static str, Option<&'static str>) {
        let mut remaining = self.rng.u32(0..DEPARTMENTS.iter().map(|(_, share, _)| share).sum());
        for (name, share, group) in DEPARTMENTS {
            match remaining.checked_sub(*share) {
                None => return (name, *group),
                Some(rest) => remaining = rest,
            }
        }
        (DEPARTMENTS[0].0, DEPARTMENTS[0].2)
    }

    /// A random time this many days ago, always in the past.
    fn days_ago(&mut self, days: i64) -> DateTime<Utc> {
        self.now - Duration::seconds(days * SECONDS_PER_DAY + self.rng.i64(1..SECONDS_PER_DAY))
    }

    /// Generates one user. The first user, and the second of ten or more, are active administrators. Later
    /// positions have later creation dates.
    fn user(&mut self, id: u64, position: usize, total: usize) -> User {
        let (fullname, username) = self.name();
        let is_initial_admin = position == 0 || (position == 1 && total >= 10);
        let mut user = User::new(id, username);
        user.fullname = fullname;
        if self.chance(2) {
            user.fullname.clear();
        }
        let age = 2_190 * (total - position) as i64 / total as i64;
        user.created = self.days_ago(age);
        user.admin = is_initial_admin || self.rng.u32(0..1_000) < 9;
        user.disabled = !user.admin && self.chance(6);
        user.never_logged_in = !user.admin && self.chance(4);
        self.set_times(&mut user, age);
        self.set_scores(&mut user);
        self.set_counters(&mut user);
        self.set_groups(&mut user);
        user
    }

    fn set_times(&mut self, user: &mut User, age: i64) {
        if user.never_logged_in {
            user.last_login = None;
            user.last_pw_change = None;
            return;
        }
        let days_since_login = if user.disabled {
            self.rng.i64(20..700)
        } else if !user.admin && self.chance(8) {
            self.rng.i64(90..900)
        } else if self.chance(10) {
            self.rng.i64(30..90)
        } else {
            self.rng.i64(0..30)
        };
        let login = self.days_ago(days_since_login.min(age)).max(user.created);
        user.last_login = Some(login);
        let days = self.rng.i64(0..=age.clamp(0, 900));
        let changed = self.days_ago(days);
        user.last_pw_change = Some(changed.clamp(user.created, login));
    }

    fn set_scores(&mut self, user: &mut User) {
        let score = f64::from(match self.rng.u32(0..100) {
            0..9 => self.rng.u32(0..350),
            9..27 => self.rng.u32(350..600),
            27..62 => self.rng.u32(600..820),
            _ => self.rng.u32(820..=1_000),
        }) / 10.0;
        user.totalscore = Some(score);
        if user.never_logged_in {
            (user.mpstrength, user.totalscore) = (Some(0), None);
            return;
        }
        user.weak_passwords = self.password_issues(score);
        user.reused_passwords = self.password_issues(score);
        if !user.admin && self.chance(14) {
            // Federated: the identity provider has the password and the second factor.
            user.mpstrength = None;
            return;
        }
        let strength = (score as i64 + self.rng.i64(-15..=25)).clamp(0, 100);
        user.mpstrength = u8::try_from(strength).ok();
        if self.chance(3) {
            user.totalscore = None;
        }
        user.multifactor = match self.rng.u32(0..100) {
            0..34 => Some("googleauth"),
            34..60 => Some("lastpassauth"),
            60..72 => Some("duo"),
            _ => None,
        }
        .map(str::to_owned);
        if user.multifactor.as_deref() == Some("duo") {
            user.duo_username = user.username.split('@').next().map(str::to_owned);
        }
        user.password_reset_required = score < 35.0 && self.chance(30);
    }

    fn password_issues(&mut self, score: f64) -> u32 {
        if self.chance(35) { 0 } else { self.rng.u32(0..=((100.0 - score) / 6.0) as u32) }
    }

    fn set_counters(&mut self, user: &mut User) {
        if user.never_logged_in {
            return;
        }
        user.sites = self.rng.u32(3..140).max(user.weak_passwords + user.reused_passwords);
        user.notes = self.rng.u32(0..20);
        user.formfills = self.rng.u32(0..4);
        user.applications = self.rng.u32(0..3);
        user.attachments = self.rng.u32(0..3);
        if self.chance(6) {
            user.linked = Some(format!("personal.{}@example.net", user.id));
        }
    }

    fn set_groups(&mut self, user: &mut User) {
        let (department, team) = self.department();
        let mut groups = Vec::new();
        let has_department_attribute = team.is_none() || self.chance(15);
        if has_department_attribute {
            user.department = Some(department.to_owned());
        } else if let Some(team) = team {
            groups.push(team);
            if self.chance(25) {
                user.department = Some(department.to_owned());
            }
        }
        let contractor = self.chance(9);
        if contractor {
            groups.push("Contractors");
        } else if self.chance(88) {
            groups.push("All Staff");
        }
        if user.admin || self.rng.u32(0..1_000) < 4 {
            groups.push("Domain Admins");
        }
        if self.chance(3) {
            groups.push("Compliance");
        }
        user.groups = groups.into_iter().map(str::to_owned).collect();
        user.omit_empty_groups = self.rng.bool();
    }

    fn folders(&mut self, users: &[User]) -> Vec<Folder> {
        let candidates = Candidates::new(users);
        let mut name_counts = HashMap::new();
        let mut id = 3_100_000;
        // Two users are enough for a shared folder.
        let count = (users.len() / 40).clamp(users.len().min(2) / 2 * 2, MAX_FOLDERS);
        (0..count)
            .map(|position| {
                id += self.rng.u64(1..90);
                self.folder(id, position, users, &candidates, &mut name_counts)
            })
            .collect()
    }

    fn folder(
        &mut self,
        id: u64,
        position: usize,
        users: &[User],
        candidates: &Candidates,
        name_counts: &mut HashMap<String, u32>,
    ) -> Folder {
        let only_disabled_members = position == ONLY_DISABLED_MEMBERS || self.rng.u32(0..1_000) < 15;
        let without_administrator = position == WITHOUT_ADMINISTRATOR || self.chance(2);
        let department = self.rng.usize(0..DEPARTMENTS.len());
        let (department, _, team) = DEPARTMENTS[department];
        let subject = self.pick(SUBJECTS);
        let mut name = format!("Shared-{department} {subject}");
        let count = name_counts.entry(name.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            name.push_str(&format!(" {count}"));
        }
        let team_members = team.and_then(|team| candidates.teams.get(team));
        let eligible: &[usize] = match team_members {
            _ if only_disabled_members && !candidates.disabled.is_empty() => &candidates.disabled,
            Some(team_members) if self.chance(60) => team_members,
            _ => &candidates.all,
        };
        let size = match self.rng.u32(0..100) {
            _ if position == LARGEST => MAX_MEMBERS,
            _ if only_disabled_members => self.rng.usize(1..4),
            0..55 => self.rng.usize(2..9),
            55..90 => self.rng.usize(9..30),
            90..99 => self.rng.usize(30..90),
            _ => self.rng.usize(90..=MAX_MEMBERS),
        };
        let eligible = if position == LARGEST { &candidates.all } else { eligible };
        let sites = self.sites();
        let mut members: Vec<Member> =
            self.sample(eligible, size).into_iter().map(|user| self.member(&users[user], team, &sites)).collect();
        if without_administrator {
            for member in &mut members {
                member.can_administer = false;
            }
        } else {
            if let Some(first) = members.first_mut() {
                (first.can_administer, first.give, first.read_only) = (true, true, false);
            }
            // A policy gives super admins access to some folders, in addition to the other members.
            let super_admin = if only_disabled_members { None } else { candidates.admins.first() };
            if let Some(super_admin) = super_admin.map(|position| &users[*position])
                && self.chance(30)
                && members.len() < MAX_MEMBERS
                && members.iter().all(|member| member.username != super_admin.username)
            {
                members.push(Member {
                    username: super_admin.username.clone(),
                    read_only: false,
                    give: true,
                    can_administer: true,
                    super_admin: true,
                    group: None,
                    sites,
                });
            }
        }
        let score = if self.chance(6) { 0 } else { self.rng.u8(25..=100) };
        Folder { id, name, deleted: position == DELETED || self.chance(4), score, members }
    }

    fn sites(&mut self) -> Vec<String> {
        let count = self.rng.usize(1..9);
        let start = self.rng.usize(0..SITES.len());
        (0..count).map(|index| SITES[(start + index * 5) % SITES.len()].to_owned()).collect()
    }

    fn member(&mut self, user: &User, team: Option<&str>, sites: &[String]) -> Member {
        let read_only = self.chance(55);
        let group = team.filter(|team| user.groups.iter().any(|group| group == team) && self.chance(70));
        let accessible = if self.chance(20) { sites.len().div_ceil(2) } else { sites.len() };
        Member {
            username: user.username.clone(),
            read_only,
            give: self.chance(65),
            can_administer: !read_only && self.chance(15),
            super_admin: false,
            group: group.map(str::to_owned),
            sites: sites[..accessible].to_vec(),
        }
    }

    /// Selects up to `size` different positions.
    fn sample(&mut self, eligible: &[usize], size: usize) -> Vec<usize> {
        if eligible.len() <= size * 2 {
            let mut all = eligible.to_vec();
            self.rng.shuffle(&mut all);
            all.truncate(size);
            return all;
        }
        let mut seen = HashSet::with_capacity(size);
        let mut selected = Vec::with_capacity(size);
        while selected.len() < size {
            let position = self.pick(eligible);
            if seen.insert(position) {
                selected.push(position);
            }
        }
        selected
    }
}

/// The possible members of a shared folder, as positions in the list of users.
struct Candidates {
    all: Vec<usize>,
    disabled: Vec<usize>,
    admins: Vec<usize>,
    teams: HashMap<&'static str, Vec<usize>>,
}

impl Candidates {
    fn new(users: &[User]) -> Self {
        let positions = |matches: &dyn Fn(&User) -> bool| -> Vec<usize> {
            let users = users.iter().enumerate();
            users.filter(|(_, user)| matches(user)).map(|(position, _)| position).collect()
        };
        let mut teams = HashMap::new();
        for team in DEPARTMENTS.iter().filter_map(|(_, _, team)| *team) {
            let members = positions(&|user| user.groups.iter().any(|group| group == team));
            if !members.is_empty() {
                teams.insert(team, members);
            }
        }
        Self {
            all: (0..users.len()).collect(),
            disabled: positions(&|user| user.disabled),
            admins: positions(&|user| user.admin),
            teams,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).expect("a valid date")
    }

    #[test]
    fn the_same_arguments_generate_the_same_company() {
        assert_eq!(Company::generate(7, 300, today()), Company::generate(7, 300, today()));
        assert_ne!(Company::generate(7, 300, today()), Company::generate(8, 300, today()));
    }

    #[test]
    fn every_size_can_be_generated() {
        for users in [0, 1, 2, 39, 40, 2_000, 2_001] {
            let company = Company::generate(1, users, today());
            assert_eq!(company.users.len(), users);
            assert_eq!(company.folders.len(), (users / 40).max(if users < 2 { 0 } else { 2 }));
            let admins = company.users.iter().filter(|user| user.admin && !user.disabled).count();
            assert!(admins >= if users < 10 { users.min(1) } else { 2 });
        }
    }

    #[test]
    fn a_company_has_every_kind_of_user() {
        let company = Company::generate(42, 2_000, today());
        let now = today().and_time(NaiveTime::MIN).and_utc();
        let mut addresses: HashSet<&str> = company.invited.iter().map(String::as_str).collect();
        let mut id = 0;
        for user in &company.users {
            assert!(addresses.insert(&user.username), "{} is listed twice", user.username);
            assert!(user.username.is_ascii() && user.username.ends_with("@example.com"));
            assert!(user.id > id && user.created < now);
            id = user.id;
            assert_eq!(user.last_login.is_none(), user.never_logged_in);
            assert!(user.last_login.is_none_or(|login| login >= user.created && login < now));
        }
        let count = |matches: &dyn Fn(&User) -> bool| company.users.iter().filter(|user| matches(user)).count();
        assert_eq!(company.invited.len(), 40);
        assert!((5..40).contains(&count(&|user| user.admin)));
        assert!(count(&|user| user.disabled) > 50);
        assert!(count(&|user| user.never_logged_in) > 30);
        assert!(count(&|user| user.mpstrength.is_none() && user.totalscore.is_some()) > 100);
        assert!(count(&|user| !user.fullname.is_ascii()) > 100);
        for group in ["Engineering-Team", "Legal-Team", "Domain Admins", "Contractors", "Compliance"] {
            assert!(count(&|user| user.groups.iter().any(|name| name == group)) > 0, "{group}");
        }
        let team = |user: &User| user.groups.iter().any(|group| group.ends_with("-Team"));
        assert!(count(&|user| user.department.is_some() && !team(user)) > 100);
        for factor in [Some("googleauth"), Some("lastpassauth"), Some("duo"), None] {
            assert!(count(&|user| user.multifactor.as_deref() == factor) > 50);
        }
    }

    #[test]
    fn a_company_has_every_kind_of_folder() {
        let company = Company::generate(42, 2_000, today());
        let disabled: HashSet<&str> =
            company.users.iter().filter(|user| user.disabled).map(|user| user.username.as_str()).collect();
        let folders = &company.folders;
        assert_eq!(folders.len(), 50);
        assert!(folders[DELETED].deleted);
        assert!(folders[WITHOUT_ADMINISTRATOR].members.iter().all(|member| !member.can_administer));
        let members = &folders[ONLY_DISABLED_MEMBERS].members;
        assert!(!members.is_empty());
        assert!(members.iter().all(|member| disabled.contains(member.username.as_str())));
        assert_eq!(folders[LARGEST].members.len(), MAX_MEMBERS);
        let mut names = HashSet::new();
        for folder in folders {
            assert!(names.insert(&folder.name));
            let members: HashSet<&str> = folder.members.iter().map(|member| member.username.as_str()).collect();
            assert_eq!(members.len(), folder.members.len());
            assert!(members.len() <= MAX_MEMBERS);
        }
    }
}
