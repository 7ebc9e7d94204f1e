//! A believable company out of a seed, a head count and a day.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use fastrand::Rng;

use crate::company::{Company, Folder, Member, User};
use crate::log::EventLog;
use crate::names::{Name, ORIGINS, Origin};

/// Departments with a share of the people in percent, and their group if they have one.
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

pub(crate) const SITES: &[&str] = &[
    "aws.amazon.com",
    "github.com",
    "figma.com",
    "salesforce.com",
    "atlassian.net",
    "zoom.us",
    "slack.com",
    "hubspot.com",
    "docusign.com",
    "linkedin.com",
    "godaddy.com",
    "cloudflare.com",
    "stripe.com",
    "xero.com",
    "workday.com",
    "mailchimp.com",
    "adobe.com",
    "dropbox.com",
    "ups.com",
    "fedex.com",
    "concur.com",
    "notion.so",
    "datadoghq.com",
    "zendesk.com",
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

const LARGEST_FOLDER: usize = 200;
const MOST_FOLDERS: usize = 2_000;
/// Folder positions that always exist in a company large enough: one of each special kind.
const WITHOUT_ADMINISTRATOR: usize = 1;
const HELD_BY_DISABLED: usize = 2;
const DELETED: usize = 3;
const LARGEST: usize = 4;

const DAY: i64 = 86_400;

impl Company {
    /// A believable account of that many people, as it stands at the start of `today` (UTC).
    ///
    /// The same arguments give the same account. Nothing in it happens after `today` began.
    pub fn generate(seed: u64, people: usize, today: NaiveDate) -> Self {
        let mut generator = Generator {
            rng: Rng::with_seed(seed),
            now: today.and_time(NaiveTime::MIN).and_utc(),
            taken: HashMap::new(),
        };
        let mut company = Self::empty();
        let mut id = 449_000_000;
        company.users.reserve(people);
        for position in 0..people {
            id += generator.rng.u64(1..40);
            company.users.push(generator.person(id, position, people));
        }
        company.invited = (0..people / 50).map(|_| generator.name().1).collect();
        company.folders = generator.folders(&company.users);
        company.log = EventLog::generated(seed, people, today);
        company
    }
}

struct Generator {
    rng: Rng,
    now: DateTime<Utc>,
    /// How many addresses begin with that name.
    taken: HashMap<String, u32>,
}

impl Generator {
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(0..100) < percent
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.rng.usize(0..list.len())]
    }

    /// A display name, and an address that nobody else has.
    fn name(&mut self) -> (String, String) {
        let origin = self.origin();
        let (given, family): (Name, Name) = (self.pick(origin.given), self.pick(origin.family));
        let (first, second) = if origin.family_first { (family, given) } else { (given, family) };
        let display = format!("{}{}{}", first.0, origin.joint, second.0);
        let mut address = format!("{}.{}", given.1, family.1);
        address.make_ascii_lowercase();
        let count = self.taken.entry(address.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            address.push_str(&count.to_string());
        }
        address.push_str("@example.com");
        (display, address)
    }

    fn origin(&mut self) -> &'static Origin {
        let mut at = self.rng.u32(0..ORIGINS.iter().map(|origin| origin.weight).sum());
        for origin in ORIGINS {
            match at.checked_sub(origin.weight) {
                None => return origin,
                Some(rest) => at = rest,
            }
        }
        &ORIGINS[0]
    }

    fn department(&mut self) -> (&'static str, Option<&'static str>) {
        let mut at = self.rng.u32(0..DEPARTMENTS.iter().map(|(_, share, _)| share).sum());
        for (name, share, group) in DEPARTMENTS {
            match at.checked_sub(*share) {
                None => return (name, *group),
                Some(rest) => at = rest,
            }
        }
        (DEPARTMENTS[0].0, DEPARTMENTS[0].2)
    }

    /// That many days before now, at some second of the day, and never later than now.
    fn days_ago(&mut self, days: i64) -> DateTime<Utc> {
        self.now - Duration::seconds(days * DAY + self.rng.i64(1..DAY))
    }

    /// The first person is always an active administrator, and so is the second of ten or more;
    /// ids and accounts grow with time.
    fn person(&mut self, id: u64, position: usize, people: usize) -> User {
        let (fullname, username) = self.name();
        let founder = position == 0 || (position == 1 && people >= 10);
        let mut user = User::new(id, username);
        user.fullname = fullname;
        if self.chance(2) {
            user.fullname.clear();
        }
        let age = 2_190 * (people - position) as i64 / people as i64;
        user.created = self.days_ago(age);
        user.admin = founder || self.rng.u32(0..1_000) < 9;
        user.disabled = !user.admin && self.chance(6);
        user.never_logged_in = !user.admin && self.chance(4);
        self.times(&mut user, age);
        self.scores(&mut user);
        self.counters(&mut user);
        self.belongings(&mut user);
        user
    }

    fn times(&mut self, user: &mut User, age: i64) {
        if user.never_logged_in {
            user.last_login = None;
            user.last_pw_change = None;
            return;
        }
        let absent = if user.disabled {
            self.rng.i64(20..700)
        } else if !user.admin && self.chance(8) {
            self.rng.i64(90..900)
        } else if self.chance(10) {
            self.rng.i64(30..90)
        } else {
            self.rng.i64(0..30)
        };
        let login = self.days_ago(absent.min(age)).max(user.created);
        user.last_login = Some(login);
        let days = self.rng.i64(0..=age.clamp(0, 900));
        let changed = self.days_ago(days);
        user.last_pw_change = Some(changed.clamp(user.created, login));
    }

    fn scores(&mut self, user: &mut User) {
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
        user.weak_passwords = self.flaws(score);
        user.reused_passwords = self.flaws(score);
        if !user.admin && self.chance(14) {
            // Federated: the identity provider holds the password and the second factor.
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

    fn flaws(&mut self, score: f64) -> u32 {
        if self.chance(35) { 0 } else { self.rng.u32(0..=((100.0 - score) / 6.0) as u32) }
    }

    fn counters(&mut self, user: &mut User) {
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

    fn belongings(&mut self, user: &mut User) {
        let (department, team) = self.department();
        let mut groups = Vec::new();
        let told_by_directory = team.is_none() || self.chance(15);
        if told_by_directory {
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
        let circles = Circles::of(users);
        let mut used = HashMap::new();
        let mut id = 3_100_000;
        // Two people are enough to share.
        let count = (users.len() / 40).clamp(users.len().min(2) / 2 * 2, MOST_FOLDERS);
        (0..count)
            .map(|position| {
                id += self.rng.u64(1..90);
                self.folder(id, position, users, &circles, &mut used)
            })
            .collect()
    }

    fn folder(
        &mut self,
        id: u64,
        position: usize,
        users: &[User],
        circles: &Circles,
        used: &mut HashMap<String, u32>,
    ) -> Folder {
        let held_by_disabled = position == HELD_BY_DISABLED || self.rng.u32(0..1_000) < 15;
        let without_administrator = position == WITHOUT_ADMINISTRATOR || self.chance(2);
        let department = self.rng.usize(0..DEPARTMENTS.len());
        let (department, _, team) = DEPARTMENTS[department];
        let subject = self.pick(SUBJECTS);
        let mut name = format!("Shared-{department} {subject}");
        let uses = used.entry(name.clone()).or_insert(0);
        *uses += 1;
        if *uses > 1 {
            name.push_str(&format!(" {uses}"));
        }
        let of_team = team.and_then(|team| circles.teams.get(team));
        let circle: &[usize] = match of_team {
            _ if held_by_disabled && !circles.disabled.is_empty() => &circles.disabled,
            Some(team) if self.chance(60) => team,
            _ => &circles.everyone,
        };
        let size = match self.rng.u32(0..100) {
            _ if position == LARGEST => LARGEST_FOLDER,
            _ if held_by_disabled => self.rng.usize(1..4),
            0..55 => self.rng.usize(2..9),
            55..90 => self.rng.usize(9..30),
            90..99 => self.rng.usize(30..90),
            _ => self.rng.usize(90..=LARGEST_FOLDER),
        };
        let circle = if position == LARGEST { &circles.everyone } else { circle };
        let sites = self.sites();
        let mut members: Vec<Member> =
            self.choose(circle, size).into_iter().map(|at| self.member(&users[at], team, &sites)).collect();
        if without_administrator {
            for member in &mut members {
                member.can_administer = false;
            }
        } else {
            if let Some(first) = members.first_mut() {
                (first.can_administer, first.give, first.read_only) = (true, true, false);
            }
            // Super admins reach some folders by policy, whoever else does.
            let visitor = if held_by_disabled { None } else { circles.admins.first() };
            if let Some(visitor) = visitor.map(|at| &users[*at])
                && self.chance(30)
                && members.len() < LARGEST_FOLDER
                && members.iter().all(|member| member.username != visitor.username)
            {
                members.push(Member {
                    username: visitor.username.clone(),
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
        (0..count).map(|at| SITES[(start + at * 5) % SITES.len()].to_owned()).collect()
    }

    fn member(&mut self, user: &User, team: Option<&str>, sites: &[String]) -> Member {
        let read_only = self.chance(55);
        let through_team = team.filter(|team| user.groups.iter().any(|group| group == team) && self.chance(70));
        let reached = if self.chance(20) { sites.len().div_ceil(2) } else { sites.len() };
        Member {
            username: user.username.clone(),
            read_only,
            give: self.chance(65),
            can_administer: !read_only && self.chance(15),
            super_admin: false,
            group: through_team.map(str::to_owned),
            sites: sites[..reached].to_vec(),
        }
    }

    /// Up to `size` different positions out of a circle.
    fn choose(&mut self, circle: &[usize], size: usize) -> Vec<usize> {
        if circle.len() <= size * 2 {
            let mut all = circle.to_vec();
            self.rng.shuffle(&mut all);
            all.truncate(size);
            return all;
        }
        let mut seen = HashSet::with_capacity(size);
        let mut chosen = Vec::with_capacity(size);
        while chosen.len() < size {
            let at = self.pick(circle);
            if seen.insert(at) {
                chosen.push(at);
            }
        }
        chosen
    }
}

/// Who may share a folder, as positions in the list of people.
struct Circles {
    everyone: Vec<usize>,
    disabled: Vec<usize>,
    admins: Vec<usize>,
    teams: HashMap<&'static str, Vec<usize>>,
}

impl Circles {
    fn of(users: &[User]) -> Self {
        let whose = |wanted: &dyn Fn(&User) -> bool| -> Vec<usize> {
            let users = users.iter().enumerate();
            users.filter(|(_, user)| wanted(user)).map(|(at, _)| at).collect()
        };
        let mut teams = HashMap::new();
        for team in DEPARTMENTS.iter().filter_map(|(_, _, team)| *team) {
            let members = whose(&|user| user.groups.iter().any(|group| group == team));
            if !members.is_empty() {
                teams.insert(team, members);
            }
        }
        Self {
            everyone: (0..users.len()).collect(),
            disabled: whose(&|user| user.disabled),
            admins: whose(&|user| user.admin),
            teams,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).expect("a real day")
    }

    #[test]
    fn the_same_arguments_give_the_same_company() {
        assert_eq!(Company::generate(7, 300, today()), Company::generate(7, 300, today()));
        assert_ne!(Company::generate(7, 300, today()), Company::generate(8, 300, today()));
    }

    #[test]
    fn every_size_works() {
        for people in [0, 1, 2, 39, 40, 2_000, 2_001] {
            let company = Company::generate(1, people, today());
            assert_eq!(company.users.len(), people);
            assert_eq!(company.folders.len(), (people / 40).max(if people < 2 { 0 } else { 2 }));
            let admins = company.users.iter().filter(|user| user.admin && !user.disabled).count();
            assert!(admins >= if people < 10 { people.min(1) } else { 2 });
        }
    }

    #[test]
    fn a_company_is_believable() {
        let company = Company::generate(42, 2_000, today());
        let now = today().and_time(NaiveTime::MIN).and_utc();
        let mut addresses: HashSet<&str> = company.invited.iter().map(String::as_str).collect();
        let mut id = 0;
        for user in &company.users {
            assert!(addresses.insert(&user.username), "{} twice", user.username);
            assert!(user.username.is_ascii() && user.username.ends_with("@example.com"));
            assert!(user.id > id && user.created < now);
            id = user.id;
            assert_eq!(user.last_login.is_none(), user.never_logged_in);
            assert!(user.last_login.is_none_or(|login| login >= user.created && login < now));
        }
        let count = |wanted: &dyn Fn(&User) -> bool| company.users.iter().filter(|user| wanted(user)).count();
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
    fn folders_come_in_every_kind() {
        let company = Company::generate(42, 2_000, today());
        let disabled: HashSet<&str> =
            company.users.iter().filter(|user| user.disabled).map(|user| user.username.as_str()).collect();
        let folders = &company.folders;
        assert_eq!(folders.len(), 50);
        assert!(folders[DELETED].deleted);
        assert!(folders[WITHOUT_ADMINISTRATOR].members.iter().all(|member| !member.can_administer));
        let held = &folders[HELD_BY_DISABLED].members;
        assert!(!held.is_empty());
        assert!(held.iter().all(|member| disabled.contains(member.username.as_str())));
        assert_eq!(folders[LARGEST].members.len(), LARGEST_FOLDER);
        let mut names = HashSet::new();
        for folder in folders {
            assert!(names.insert(&folder.name));
            let members: HashSet<&str> = folder.members.iter().map(|member| member.username.as_str()).collect();
            assert_eq!(members.len(), folder.members.len());
            assert!(members.len() <= LARGEST_FOLDER);
        }
    }
}
