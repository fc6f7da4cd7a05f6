//! The table that a run ends with: every figure beside its limit or floor, with its goal.

pub struct Report {
    lines: Vec<String>,
    missed: usize,
}

impl Report {
    pub fn new() -> Self {
        let head = "| quantity | measured | beside | ratio | goal | |\n|---|---|---|---|---|---|"
            .to_owned();
        Self {
            lines: vec![head],
            missed: 0,
        }
    }

    /// `ratio` must be at least `goal`.
    pub fn at_least(
        &mut self,
        what: &str,
        measured: String,
        beside: String,
        ratio: f64,
        goal: f64,
    ) {
        self.line(
            what,
            measured,
            beside,
            format!("{ratio:.2}"),
            format!("≥ {goal:.2}"),
            ratio >= goal,
        );
    }

    /// `value` must be at most `goal`.
    pub fn at_most(&mut self, what: &str, value: f64, unit: &str, beside: String, goal: f64) {
        let measured = format!("{value:.2} {unit}");
        self.line(
            what,
            measured,
            beside,
            String::new(),
            format!("≤ {goal} {unit}"),
            value <= goal,
        );
    }

    pub fn fact(&mut self, what: &str, measured: String) {
        self.print(format!("| {what} | {measured} | | | | |"));
    }

    fn line(
        &mut self,
        what: &str,
        measured: String,
        beside: String,
        ratio: String,
        goal: String,
        met: bool,
    ) {
        self.missed += usize::from(!met);
        let mark = if met { "met" } else { "**missed**" };
        self.print(format!(
            "| {what} | {measured} | {beside} | {ratio} | {goal} | {mark} |"
        ));
    }

    fn print(&mut self, line: String) {
        eprintln!("{line}");
        self.lines.push(line);
    }

    /// The whole table; how many goals were missed.
    pub fn end(self) -> (String, usize) {
        (self.lines.join("\n"), self.missed)
    }
}
