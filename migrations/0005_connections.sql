ALTER TABLE `connections` ADD `options` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `connections` ADD `last_topic` text;--> statement-breakpoint
ALTER TABLE `connections` ADD `last_at` integer;