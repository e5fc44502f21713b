// What was chosen on an earlier visit, before anything is painted: see crates/client/src/web/look.rs.
try {
  for (const what of ['theme', 'mirror']) {
    const kept = localStorage.getItem('ojak.' + what);
    if (kept) document.documentElement.dataset[what] = kept;
  }
} catch {
  // A page that may keep nothing has kept nothing.
}
