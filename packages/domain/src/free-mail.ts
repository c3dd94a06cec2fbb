/** Where people have private mailboxes, by the domain. A shop that sends from one is not believed by any mailbox provider. */
const freeMail = new Set(
  (
    'aol.com bk.ru fastmail.com free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk ' +
    'hotmail.com hotmail.de hotmail.fr hotmail.it icloud.com inbox.lv inbox.ru internet.ru laposte.net libero.it list.ru live.com ' +
    'mac.com mail.com mail.ee mail.ru mail.ua me.com msn.com naver.com o2.pl orange.fr outlook.com outlook.de pm.me proton.me ' +
    'protonmail.com qq.com rambler.ru rocketmail.com seznam.cz t-online.de tuta.com tutanota.com ukr.net verizon.net wanadoo.fr web.de ' +
    'wp.pl ya.ru yahoo.co.jp yahoo.co.uk yahoo.com yahoo.de yahoo.es yahoo.fr yahoo.it yandex.by yandex.com yandex.kz yandex.ru ' +
    'ymail.com zoho.com 126.com 163.com'
  ).split(' '),
);

/** Why no letter may come from this address; null: it may. */
export function freeMailRefusal(address: string): string | null {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  if (!freeMail.has(domain)) return null;
  return `letters from ${domain} are refused by mailbox providers unless ${domain} itself sent them (its DMARC record says so): take an address of your shop’s own domain`;
}
