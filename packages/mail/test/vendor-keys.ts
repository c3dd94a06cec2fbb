// What the vendors of the tests take for a good key.
export const keys = {
  postmark: '11111111-2222-3333-4444-555555555555',
  resend: 're_a1b2c3d4_e5f6',
  sendgrid: 'SG.aaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbb',
  mailgun: 'key-3ax6xnjp29jd6fds4gc373sgvjxteol0',
  brevo: 'xkeysib-0123456789abcdef-AbCdEfGh',
  mandrill: 'md-abcdefghij0123456789',
  cloudflare: 'cf_token_0123456789abcdef',
  ses: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    region: 'eu-central-1',
  },
  account: '0123456789abcdef0123456789abcdef',
  domain: 'mail.shop.example',
};
