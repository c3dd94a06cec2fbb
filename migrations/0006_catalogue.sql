CREATE TABLE `collections` (
	`shop` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`url` text,
	PRIMARY KEY(`shop`, `id`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `feed_access` (
	`shop` text PRIMARY KEY NOT NULL,
	`user_name` text,
	`sealed` text,
	`failures` integer DEFAULT 0 NOT NULL,
	`paused_at` integer,
	`told_of` text,
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `product_facts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`shop` text NOT NULL,
	`product` text NOT NULL,
	`kind` text NOT NULL,
	`at` integer NOT NULL,
	`price_minor` integer,
	`was_minor` integer,
	`currency` text NOT NULL,
	`import` text,
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `product_facts_order` ON `product_facts` (`shop`,`id`);--> statement-breakpoint
CREATE INDEX `product_facts_product` ON `product_facts` (`shop`,`product`,`at`);--> statement-breakpoint
CREATE TABLE `product_history` (
	`shop` text NOT NULL,
	`product` text NOT NULL,
	`until` integer NOT NULL,
	`price_minor` integer,
	`currency` text NOT NULL,
	`in_stock` integer NOT NULL,
	PRIMARY KEY(`shop`, `product`, `until`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_products` (
	`row` integer PRIMARY KEY NOT NULL,
	`shop` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`url` text,
	`picture` text,
	`pictures` text DEFAULT '[]' NOT NULL,
	`price_minor` integer,
	`old_price_minor` integer,
	`currency` text NOT NULL,
	`brand` text,
	`category` text,
	`category_ids` text DEFAULT '[]' NOT NULL,
	`group_id` text,
	`in_stock` integer NOT NULL,
	`description` text,
	`attributes` text DEFAULT '{}' NOT NULL,
	`hash` text NOT NULL,
	`search` text NOT NULL,
	`origin` text DEFAULT 'feed' NOT NULL,
	`first_at` integer DEFAULT 0 NOT NULL,
	`changed_at` integer NOT NULL,
	`ignored` integer DEFAULT false NOT NULL,
	`wish` text,
	`picture_state` text,
	`picture_at` integer,
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_products`("shop", "id", "name", "url", "picture", "pictures", "price_minor", "old_price_minor", "currency", "brand", "category", "category_ids", "in_stock", "description", "hash", "search", "first_at", "changed_at") SELECT "shop", "id", "name", "url", "picture", CASE WHEN "picture" IS NULL THEN '[]' ELSE json_array("picture") END, "price_minor", "old_price_minor", "currency", "brand", "category", CASE WHEN "category" IS NULL THEN '[]' ELSE json_array("category") END, "in_stock", "description", "hash", "search", "changed_at", "changed_at" FROM `products`;--> statement-breakpoint
DROP TABLE `products`;--> statement-breakpoint
ALTER TABLE `__new_products` RENAME TO `products`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `products_id` ON `products` (`shop`,`id`);--> statement-breakpoint
CREATE INDEX `products_name` ON `products` (`shop`,`name`,`id`);--> statement-breakpoint
CREATE INDEX `products_category` ON `products` (`shop`,`category`,`name`,`id`);--> statement-breakpoint
ALTER TABLE `categories` ADD `url` text;--> statement-breakpoint
CREATE INDEX `categories_parent` ON `categories` (`shop`,`parent_id`);--> statement-breakpoint
ALTER TABLE `feed_imports` ADD `place` text;--> statement-breakpoint
ALTER TABLE `feed_imports` ADD `repriced` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `feed_imports` ADD `problem_kinds` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `feed_imports` ADD `format` text;