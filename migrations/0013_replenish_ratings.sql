CREATE TABLE `ratings` (
	`shop` text NOT NULL,
	`subscriber` text NOT NULL,
	`product` text NOT NULL,
	`stars` integer NOT NULL,
	`letter` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`shop`, `subscriber`, `product`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `ratings_product` ON `ratings` (`shop`,`product`,`at`);--> statement-breakpoint
CREATE TABLE `product_habits` (
	`shop` text NOT NULL,
	`product` text NOT NULL,
	`buyers` integer NOT NULL,
	`repeaters` integer NOT NULL,
	`orders` integer NOT NULL,
	`intervals` integer NOT NULL,
	`interval_ms` integer,
	`first` integer NOT NULL,
	`last` integer NOT NULL,
	PRIMARY KEY(`shop`, `product`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `replenishment` (
	`shop` text PRIMARY KEY NOT NULL,
	`habits` text NOT NULL,
	`at_least` real NOT NULL,
	`learnt_at` integer NOT NULL,
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
