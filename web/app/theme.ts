/** The theme that was chosen; without one, that of the system. */
export const THEME_KEY = "theme";

/** Runs before the first paint, so that a dark page never flashes white. */
export const applyTheme = `document.documentElement.classList.toggle("dark",(localStorage.getItem("${THEME_KEY}")??(matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light"))==="dark")`;
