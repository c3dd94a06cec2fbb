export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --mute: #59636e; --sheet: #fff; --ground: #f3f4f5; --line: #dfe2e5; --go: #0b5c6b; --tint: #e6f1f3; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --mute: #a0a8b1; --sheet: #1d2126; --ground: #14171a; --line: #31373d; --go: #5cc3d6; --tint: #20323a; } }
* { box-sizing: border-box; } body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
a { color: inherit; text-decoration: none; } h1, h2 { margin: 0; line-height: 1.25; } h1 { font-size: 1.1rem; } h2 { font-size: 1.3rem; }
body > header { display: flex; gap: 12px; align-items: baseline; padding: 14px 20px; } body > header span { color: var(--mute); }
main { display: grid; grid-template-columns: 22rem minmax(0, 1fr); background: var(--sheet); border-top: 1px solid var(--line); min-height: calc(100vh - 52px); }
nav { border-right: 1px solid var(--line); } ol { list-style: none; margin: 0; padding: 0; }
li a { display: grid; grid-template-columns: 1fr auto; gap: 2px 10px; padding: 12px 20px; border-bottom: 1px solid var(--line); } li a:hover { background: var(--ground); } li a[aria-current] { background: var(--tint); box-shadow: inset 3px 0 0 var(--go); }
li span, li small { grid-column: 1 / -1; } time, small { color: var(--mute); font-size: .82rem; } li span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
article { padding: 20px; min-width: 0; } article header { margin-bottom: 14px; } article p { margin: 4px 0; color: var(--mute); }
iframe { width: 100%; height: 70vh; border: 1px solid var(--line); border-radius: 8px; background: #fff; } details { margin-top: 14px; } summary { cursor: pointer; font-weight: 600; } pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
details a { color: var(--go); text-decoration: underline; } .empty { padding: 64px 24px; max-width: 34rem; margin: 0 auto; text-align: center; grid-column: 1 / -1; } nav ~ .empty { grid-column: auto; } .empty p { color: var(--mute); }
:focus-visible { outline: 3px solid var(--go); outline-offset: -3px; }
@media (max-width: 760px) { main { display: block; } nav { border: 0; } .reading nav { display: none; } nav ~ .empty { display: none; } }
`;
