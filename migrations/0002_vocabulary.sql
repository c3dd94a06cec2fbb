CREATE TABLE `segment_members` (
	`shop` text NOT NULL,
	`segment` integer NOT NULL,
	`subscriber` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`shop`, `segment`, `subscriber`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `segment_members_subscriber` ON `segment_members` (`shop`,`subscriber`);--> statement-breakpoint
CREATE TABLE `segments` (
	`shop` text NOT NULL,
	`id` integer NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`shop`, `id`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `shop_keys` (
	`shop` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`digest` text NOT NULL,
	`hint` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer,
	PRIMARY KEY(`shop`, `id`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `shop_keys_digest_unique` ON `shop_keys` (`digest`);--> statement-breakpoint
CREATE TABLE `watches` (
	`shop` text NOT NULL,
	`visitor` text NOT NULL,
	`product` text NOT NULL,
	`waits_for` text NOT NULL,
	`subscriber` text,
	`price_minor` integer,
	`properties` text DEFAULT '{}' NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`shop`, `visitor`, `product`, `waits_for`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `watches_product` ON `watches` (`shop`,`product`,`waits_for`);--> statement-breakpoint
ALTER TABLE `orders` ADD `status` text;--> statement-breakpoint
ALTER TABLE `orders` ADD `status_at` integer;--> statement-breakpoint
ALTER TABLE `orders` ADD `origin` text DEFAULT 'storefront' NOT NULL;--> statement-breakpoint
ALTER TABLE `shops` ADD `legacy_id` text;--> statement-breakpoint
CREATE UNIQUE INDEX `shops_legacy_id_unique` ON `shops` (`legacy_id`);--> statement-breakpoint
ALTER TABLE `subscribers` ADD `phone` text;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `external_id` text;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `profile` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `kinds` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE INDEX `subscribers_phone` ON `subscribers` (`shop`,`phone`);--> statement-breakpoint
CREATE INDEX `subscribers_external` ON `subscribers` (`shop`,`external_id`);