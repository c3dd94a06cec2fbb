/** The form's looks. They live in a shadow root as a constructed sheet, which no page's policy forbids. */
export const style = `
:host{--paper:#fff;--ink:#1a1a1a;--soft:#565656;--line:#767676;--bad:#b3261e;display:block;font-size:16px;line-height:1.5;color-scheme:light}
@media (prefers-color-scheme:dark){:host{--paper:#1d1f21;--ink:#f3f3f3;--soft:#bcbcbc;--line:#8c8c8c;--bad:#ffb4ab;color-scheme:dark}}
*{box-sizing:border-box}
dialog,section{background:var(--paper);color:var(--ink);border:1px solid var(--line);border-radius:12px;padding:28px;font-family:inherit;text-align:start}
section{position:relative;max-width:520px}
dialog{width:420px;max-width:calc(100vw - 32px);max-height:calc(100vh - 32px);overflow:auto;margin:auto;box-shadow:0 12px 48px rgb(0 0 0/.25)}
dialog::backdrop{background:rgb(0 0 0/.45)}
dialog.corner{margin:auto 24px 24px auto}
dialog.corner::backdrop{background:none}
h2{font:inherit;font-size:22px;font-weight:650;line-height:1.25;margin:0 40px 8px 0;overflow-wrap:anywhere}
p{margin:0 0 16px;color:var(--soft)}
form{margin:0;display:grid;gap:14px}
label{font-weight:550}
input[type=email]{display:block;width:100%;margin-top:4px;padding:10px 12px;font:inherit;font-weight:400;color:inherit;background:transparent;border:1px solid var(--line);border-radius:8px}
.box{display:grid;grid-template-columns:24px 1fr;gap:10px;align-items:start;font-weight:400;font-size:14px}
input[type=checkbox]{width:24px;height:24px;margin:0;accent-color:var(--brand)}
button{font:inherit;cursor:pointer;border-radius:8px}
.send{padding:11px 18px;font-weight:600;background:var(--brand);color:var(--on-brand);border:1px solid var(--line)}
.close{position:absolute;top:16px;right:16px;width:40px;height:40px;font-size:24px;line-height:1;color:inherit;background:none;border:0}
.bad{margin:0;font-size:14px;color:var(--bad)}
.thanks{margin:0;color:var(--ink)}
strong{display:block;margin-top:12px}
:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
h2:focus-visible,.thanks:focus-visible{outline:none}
@media (max-width:599px){dialog,dialog.corner{margin:auto 16px 16px;width:auto;padding:24px 20px}}
`;
