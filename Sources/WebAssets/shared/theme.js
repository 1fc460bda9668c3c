// Runs before the first paint, so that a chosen theme never flashes.
{
    let theme = null;
    try {
        theme = localStorage.getItem("theme");
    } catch {
        // Whoever lets no page store anything has the theme of the system.
    }
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}
