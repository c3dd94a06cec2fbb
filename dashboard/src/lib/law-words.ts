// Laws and what a shop makes of them, in a merchant's words.
import type { Law, LawRule } from '@winback/domain';

export const lawNames: Record<Law, string> = {
  eu: 'European law',
  usa: 'the law of the United States',
  canada: 'Canadian law',
  other: 'no law of these',
};

export const lawDemands: { law: string; where: string; demands: string }[] = [
  {
    law: 'GDPR and ePrivacy',
    where: 'European Union, EEA, United Kingdom, Switzerland',
    demands: 'They agreed before. In Germany a ticked box is confirmed by a letter too.',
  },
  {
    law: 'CAN-SPAM',
    where: 'United States',
    demands: 'An address is enough until they say no. A postal address stands in every letter.',
  },
  {
    law: 'CASL',
    where: 'Canada',
    demands: 'They agreed, ordered within two years, or asked to be told of a product within six months.',
  },
  { law: 'Others', where: 'everywhere else', demands: 'They agreed before.' },
];

export const lawRuleNames: Record<LawRule, string> = {
  person: 'each person’s own law',
  strictest: 'the strictest law, for everybody',
  agreed: 'one rule: only who agreed',
};

export const lawRuleEffects: Record<LawRule, string> = {
  person:
    'Where somebody was last seen decides. So people in the United States who left an address are written to before they agree; they can leave by each letter.',
  strictest: 'Everybody agrees first and confirms a ticked box by a letter, wherever they live.',
  agreed: 'Everybody agrees first, wherever they live, and confirms as Storefront says.',
};
