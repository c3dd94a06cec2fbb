export type { TokenPayload } from './link-token.ts';
export { readToken, signToken } from './link-token.ts';
export type { OutgoingMessage } from './message.ts';
export { letterMessage } from './message.ts';
export type { CompiledTemplate, LetterData, LetterProduct, RenderedLetter } from './render.ts';
export { renderLetter } from './render.ts';
export type { Provider, SendOutcome, SmtpSettings } from './smtp.ts';
export { smtpProvider } from './smtp.ts';
export { utmUrl } from './utm.ts';
