/** The store's look: paper, one serif, much air. */
export const style = `
:root { color-scheme: light; --ink: #1d2b27; --mute: #5b6863; --paper: #fbfaf6; --sand: #ece7db; --line: #d9d5c9; --go: #1f6f5c; --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Noto Serif", Georgia, serif; --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 var(--sans); }
a { color: inherit; } img { display: block; max-width: 100%; }
h1, h2 { font-family: var(--serif); font-weight: 500; line-height: 1.15; margin: 0; text-wrap: balance; }
h1 { font-size: clamp(1.9rem, 4vw, 2.9rem); } h2 { font-size: 1.55rem; }
:focus-visible { outline: 3px solid var(--go); outline-offset: 2px; }
.w { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
.tell { background: var(--ink); color: #fff; font-size: .85rem; text-align: center; padding: 7px 16px; } .tell a { color: #fff; }
.top { border-bottom: 1px solid var(--line); } .top .w { display: flex; align-items: center; gap: 24px; min-height: 72px; flex-wrap: wrap; padding-block: 10px; }
.logo { font: 500 1.55rem/1 var(--serif); text-decoration: none; } .logo span { color: var(--go); }
.top nav { display: flex; gap: 18px; flex-wrap: wrap; font-size: .93rem; } .top nav a { text-decoration: none; padding: 6px 0; } .top nav a:hover, .top nav a[aria-current] { text-decoration: underline; text-underline-offset: 6px; text-decoration-color: var(--go); text-decoration-thickness: 2px; }
.top form { margin-left: auto; display: flex; gap: 6px; } .cart { text-decoration: none; font-weight: 600; white-space: nowrap; }
input[type=text], input[type=search], input[type=email] { font: inherit; padding: 10px 13px; border: 1px solid #8d958f; border-radius: 6px; background: #fff; color: inherit; min-width: 0; width: 100%; }
button, .btn { font: 600 1rem/1.2 var(--sans); background: var(--go); color: #fff; border: 1px solid var(--go); padding: 12px 22px; border-radius: 6px; cursor: pointer; text-decoration: none; display: inline-block; }
button:hover, .btn:hover { background: #185647; } button.quiet { background: none; color: var(--ink); border-color: var(--line); padding: 8px 14px; font-weight: 500; font-size: .9rem; } button.quiet:hover { background: var(--sand); } button:disabled { background: #a9b0ac; border-color: #a9b0ac; cursor: default; }
.hero { display: grid; grid-template-columns: 5fr 6fr; background: #dee8e2; } .hero > div { padding: clamp(32px, 6vw, 84px) clamp(24px, 5vw, 72px); align-self: center; max-width: 40rem; justify-self: end; } .hero p { color: #3c4c47; font-size: 1.08rem; max-width: 36ch; } .hero img { width: 100%; height: 100%; min-height: 300px; max-height: 520px; object-fit: cover; }
section { padding: 56px 0 0; } .hd { display: flex; justify-content: space-between; align-items: baseline; gap: 16px; margin-bottom: 22px; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 32px 20px; list-style: none; padding: 0; margin: 0; }
.card { text-decoration: none; display: block; } .card img { width: 100%; aspect-ratio: 1; border-radius: 10px; background: var(--sand); } .card:hover img { filter: brightness(.97); }
.card b { display: block; font-weight: 600; margin-top: 10px; line-height: 1.3; } .card small { color: var(--mute); } .price { font-variant-numeric: tabular-nums; } .price s { color: var(--mute); margin-left: 8px; font-weight: 400; }
.out { color: #a2432d; font-size: .88rem; }
.product { display: grid; grid-template-columns: minmax(0, 6fr) minmax(0, 5fr); gap: clamp(24px, 5vw, 72px); padding-top: 40px; align-items: center; } .product img { width: 100%; border-radius: 14px; } .product .price { font-size: 1.4rem; font-weight: 600; margin: 12px 0 20px; } .row { display: flex; gap: 10px; flex-wrap: wrap; align-items: center; }
table { width: 100%; border-collapse: collapse; margin: 24px 0; } td { padding: 12px 12px 12px 0; border-bottom: 1px solid var(--line); vertical-align: middle; } td img { width: 72px; border-radius: 8px; } td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } tfoot td { font-weight: 600; font-size: 1.1rem; border-bottom: 0; }
.form { max-width: 30rem; display: grid; gap: 16px; margin-top: 24px; } .form label > span { display: block; font-weight: 600; margin-bottom: 4px; } .check { display: flex; gap: 10px; align-items: flex-start; } .check input { width: 20px; height: 20px; margin: 2px 0 0; flex: none; accent-color: var(--go); }
.note { background: var(--sand); margin-top: 80px; } .note .w { display: grid; grid-template-columns: 1fr 1fr; gap: 40px; padding-block: 48px; align-items: center; } .note form { display: flex; gap: 8px; } .note button { white-space: nowrap; } .note small { color: var(--mute); display: block; margin-top: 8px; }
footer { color: var(--mute); font-size: .9rem; padding: 32px 0 48px; } .mute { color: var(--mute); } main { padding-bottom: 24px; min-height: 50vh; } .plain { padding-top: 40px; }
@media (max-width: 760px) { .hero, .product, .note .w { grid-template-columns: minmax(0, 1fr); } .hero > div { justify-self: start; } .top form { order: 5; width: 100%; } .cart { margin-left: auto; } .grid { grid-template-columns: 1fr 1fr; gap: 24px 14px; } section { padding-top: 40px; } td img { width: 52px; } .note { margin-top: 56px; } }
`;
