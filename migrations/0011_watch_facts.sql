DROP INDEX `watches_product`;--> statement-breakpoint
ALTER TABLE `watches` ADD `origin` text DEFAULT 'asked' NOT NULL;--> statement-breakpoint
CREATE INDEX `watches_product` ON `watches` (`shop`,`product`,`waits_for`,`visitor`);