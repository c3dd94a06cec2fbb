ALTER TABLE `feed_imports` ADD `origin` text DEFAULT 'feed' NOT NULL;--> statement-breakpoint
ALTER TABLE `orders` ADD `status_word` text;--> statement-breakpoint
ALTER TABLE `orders` ADD `twin` text;--> statement-breakpoint
CREATE INDEX `orders_subscriber` ON `orders` (`shop`,`subscriber`,`at`);