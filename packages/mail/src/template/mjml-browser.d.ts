// mjml-browser ships no types; this is the part that we use.
declare module 'mjml-browser' {
  interface MjmlError {
    line: number;
    tagName: string;
    formattedMessage: string;
  }
  export default function mjml(
    source: string,
    options?: { validationLevel?: 'strict' | 'soft' | 'skip'; minify?: boolean; fonts?: Record<string, string> },
  ): Promise<{ html: string; errors: MjmlError[] }>;
}
