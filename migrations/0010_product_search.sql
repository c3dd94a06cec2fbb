CREATE TABLE `order_products` (
	`shop` text NOT NULL,
	`product` text NOT NULL,
	`at` integer NOT NULL,
	`order` text NOT NULL,
	PRIMARY KEY(`shop`, `product`, `at`, `order`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
DROP INDEX `products_category`;--> statement-breakpoint
ALTER TABLE `products` ADD `picture_seen` text;--> statement-breakpoint
ALTER TABLE `products` ADD `letter_reason` text GENERATED ALWAYS AS (case when "url" is null then 'address' when "picture" is null then 'picture' when "picture_state" = 'gone' and "picture_seen" = "picture" then 'gone' when coalesce("price_minor", 0) <= 0 then 'price' when "category" is null then 'category' end) VIRTUAL;--> statement-breakpoint
CREATE INDEX `products_price` ON `products` (`shop`,`price_minor`,`id`);--> statement-breakpoint
CREATE INDEX `products_brand` ON `products` (`shop`,`brand`);--> statement-breakpoint
CREATE INDEX `products_wish` ON `products` (`shop`,`wish`) WHERE "wish" is not null or "ignored" = 1;
--> statement-breakpoint
-- The words of products: docs/decisions/0009-product-search.md. `words` holds each word from each of its places on, so that the
-- beginning of an entry is any part of a word; `facets` what lists are cut by. It keeps neither the text nor its length: whoever
-- deletes an entry says again what stood in it, which the triggers do.
CREATE VIRTUAL TABLE `product_words` USING fts5(`words`, `facets`, content='', columnsize=0, detail=column, tokenize='unicode61 remove_diacritics 2');
--> statement-breakpoint
CREATE TRIGGER `product_words_insert` AFTER INSERT ON `products` BEGIN
	INSERT INTO `product_words` (`rowid`, `words`, `facets`) VALUES (new.row, (select group_concat(substr(w.value, n.value), ' ') from json_each('[' || replace(json_quote(replace(replace(new.search || ' ' || coalesce(new.attributes ->> 'vendorCode', ''), 'ё', 'е'), 'Ё', 'Е')), ' ', '","') || ']') as w, json_each(substr('[ 1, 2, 3, 4, 5, 6, 7, 8, 9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24', 1, 3 * max(1, min(24, length(w.value) - 2))) || ']') as n) || ' ' || coalesce(new.attributes ->> 'barcode', ''), 's' || hex(new.shop) || ' i' || new.in_stock || ' l' || coalesce(new.letter_reason, 'ready') || coalesce(' b' || hex(new.brand), '') || coalesce(' g' || hex(new.group_id), '') || coalesce(' c' || hex(new.category), '') || coalesce((select ' ' || group_concat('c' || hex(value), ' ') from json_each(new.category_ids)), ''));
END;
--> statement-breakpoint
CREATE TRIGGER `product_words_delete` AFTER DELETE ON `products` BEGIN
	INSERT INTO `product_words` (`product_words`, `rowid`, `words`, `facets`) VALUES ('delete', old.row, (select group_concat(substr(w.value, n.value), ' ') from json_each('[' || replace(json_quote(replace(replace(old.search || ' ' || coalesce(old.attributes ->> 'vendorCode', ''), 'ё', 'е'), 'Ё', 'Е')), ' ', '","') || ']') as w, json_each(substr('[ 1, 2, 3, 4, 5, 6, 7, 8, 9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24', 1, 3 * max(1, min(24, length(w.value) - 2))) || ']') as n) || ' ' || coalesce(old.attributes ->> 'barcode', ''), 's' || hex(old.shop) || ' i' || old.in_stock || ' l' || coalesce(old.letter_reason, 'ready') || coalesce(' b' || hex(old.brand), '') || coalesce(' g' || hex(old.group_id), '') || coalesce(' c' || hex(old.category), '') || coalesce((select ' ' || group_concat('c' || hex(value), ' ') from json_each(old.category_ids)), ''));
END;
--> statement-breakpoint
CREATE TRIGGER `product_words_update` AFTER UPDATE ON `products` WHEN new.`row` IS NOT old.`row` OR new.`shop` IS NOT old.`shop` OR new.`search` IS NOT old.`search` OR new.`brand` IS NOT old.`brand` OR new.`group_id` IS NOT old.`group_id` OR new.`category` IS NOT old.`category` OR new.`category_ids` IS NOT old.`category_ids` OR new.`in_stock` IS NOT old.`in_stock` OR new.`letter_reason` IS NOT old.`letter_reason` OR new.`attributes` ->> 'vendorCode' IS NOT old.`attributes` ->> 'vendorCode' OR new.`attributes` ->> 'barcode' IS NOT old.`attributes` ->> 'barcode' BEGIN
	INSERT INTO `product_words` (`product_words`, `rowid`, `words`, `facets`) VALUES ('delete', old.row, (select group_concat(substr(w.value, n.value), ' ') from json_each('[' || replace(json_quote(replace(replace(old.search || ' ' || coalesce(old.attributes ->> 'vendorCode', ''), 'ё', 'е'), 'Ё', 'Е')), ' ', '","') || ']') as w, json_each(substr('[ 1, 2, 3, 4, 5, 6, 7, 8, 9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24', 1, 3 * max(1, min(24, length(w.value) - 2))) || ']') as n) || ' ' || coalesce(old.attributes ->> 'barcode', ''), 's' || hex(old.shop) || ' i' || old.in_stock || ' l' || coalesce(old.letter_reason, 'ready') || coalesce(' b' || hex(old.brand), '') || coalesce(' g' || hex(old.group_id), '') || coalesce(' c' || hex(old.category), '') || coalesce((select ' ' || group_concat('c' || hex(value), ' ') from json_each(old.category_ids)), ''));
	INSERT INTO `product_words` (`rowid`, `words`, `facets`) VALUES (new.row, (select group_concat(substr(w.value, n.value), ' ') from json_each('[' || replace(json_quote(replace(replace(new.search || ' ' || coalesce(new.attributes ->> 'vendorCode', ''), 'ё', 'е'), 'Ё', 'Е')), ' ', '","') || ']') as w, json_each(substr('[ 1, 2, 3, 4, 5, 6, 7, 8, 9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24', 1, 3 * max(1, min(24, length(w.value) - 2))) || ']') as n) || ' ' || coalesce(new.attributes ->> 'barcode', ''), 's' || hex(new.shop) || ' i' || new.in_stock || ' l' || coalesce(new.letter_reason, 'ready') || coalesce(' b' || hex(new.brand), '') || coalesce(' g' || hex(new.group_id), '') || coalesce(' c' || hex(new.category), '') || coalesce((select ' ' || group_concat('c' || hex(value), ' ') from json_each(new.category_ids)), ''));
END;
--> statement-breakpoint
INSERT INTO `product_words` (`rowid`, `words`, `facets`) SELECT p.row, (select group_concat(substr(w.value, n.value), ' ') from json_each('[' || replace(json_quote(replace(replace(p.search || ' ' || coalesce(p.attributes ->> 'vendorCode', ''), 'ё', 'е'), 'Ё', 'Е')), ' ', '","') || ']') as w, json_each(substr('[ 1, 2, 3, 4, 5, 6, 7, 8, 9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24', 1, 3 * max(1, min(24, length(w.value) - 2))) || ']') as n) || ' ' || coalesce(p.attributes ->> 'barcode', ''), 's' || hex(p.shop) || ' i' || p.in_stock || ' l' || coalesce(p.letter_reason, 'ready') || coalesce(' b' || hex(p.brand), '') || coalesce(' g' || hex(p.group_id), '') || coalesce(' c' || hex(p.category), '') || coalesce((select ' ' || group_concat('c' || hex(value), ' ') from json_each(p.category_ids)), '') FROM `products` AS p;
--> statement-breakpoint
CREATE TRIGGER `order_products_insert` AFTER INSERT ON `orders` BEGIN
	INSERT INTO `order_products` SELECT DISTINCT new.shop, value ->> 'product', new.at, new.id FROM json_each(new.items) WHERE value ->> 'product' IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER `order_products_delete` AFTER DELETE ON `orders` BEGIN
	DELETE FROM `order_products` WHERE shop = old.shop AND product IN (SELECT value ->> 'product' FROM json_each(old.items)) AND at = old.at AND `order` = old.id;
END;
--> statement-breakpoint
CREATE TRIGGER `order_products_update` AFTER UPDATE OF shop, id, at, items ON `orders` WHEN new.items IS NOT old.items OR new.at IS NOT old.at OR new.id IS NOT old.id OR new.shop IS NOT old.shop BEGIN
	DELETE FROM `order_products` WHERE shop = old.shop AND product IN (SELECT value ->> 'product' FROM json_each(old.items)) AND at = old.at AND `order` = old.id;
	INSERT INTO `order_products` SELECT DISTINCT new.shop, value ->> 'product', new.at, new.id FROM json_each(new.items) WHERE value ->> 'product' IS NOT NULL;
END;
--> statement-breakpoint
INSERT INTO `order_products` SELECT DISTINCT o.shop, j.value ->> 'product', o.at, o.id FROM `orders` AS o, json_each(o.items) AS j WHERE j.value ->> 'product' IS NOT NULL;
