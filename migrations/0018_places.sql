CREATE TABLE `places` (
	`shop` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`type` text,
	`parent_id` text,
	PRIMARY KEY(`shop`, `id`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `product_collections` (
	`shop` text NOT NULL,
	`collection` text NOT NULL,
	`product` text NOT NULL,
	PRIMARY KEY(`shop`, `collection`, `product`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);

--> statement-breakpoint
CREATE TRIGGER `product_collections_insert` AFTER INSERT ON `products` WHEN new.attributes LIKE '%"collectionIds":%' BEGIN
	INSERT INTO `product_collections` SELECT DISTINCT new.shop, value, new.id FROM json_each(new.attributes, '$.collectionIds');
END;
--> statement-breakpoint
CREATE TRIGGER `product_collections_delete` AFTER DELETE ON `products` WHEN old.attributes LIKE '%"collectionIds":%' BEGIN
	DELETE FROM `product_collections` WHERE shop = old.shop AND collection IN (SELECT value FROM json_each(old.attributes, '$.collectionIds')) AND product = old.id;
END;
--> statement-breakpoint
CREATE TRIGGER `product_collections_update` AFTER UPDATE OF shop, id, attributes ON `products` WHEN new.attributes ->> 'collectionIds' IS NOT old.attributes ->> 'collectionIds' OR new.id IS NOT old.id OR new.shop IS NOT old.shop BEGIN
	DELETE FROM `product_collections` WHERE shop = old.shop AND collection IN (SELECT value FROM json_each(old.attributes, '$.collectionIds')) AND product = old.id;
	INSERT INTO `product_collections` SELECT DISTINCT new.shop, value, new.id FROM json_each(new.attributes, '$.collectionIds');
END;
--> statement-breakpoint
INSERT INTO `product_collections` SELECT DISTINCT p.shop, j.value, p.id FROM `products` AS p, json_each(p.attributes, '$.collectionIds') AS j WHERE p.attributes LIKE '%"collectionIds":%';
