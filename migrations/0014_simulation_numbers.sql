CREATE TABLE `letter_arrivals` (
	`shop` text NOT NULL,
	`letter` text NOT NULL,
	`scenario` text NOT NULL,
	`subscriber` text NOT NULL,
	`visitor` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`shop`, `letter`, `visitor`, `at`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `letter_arrivals_subscriber` ON `letter_arrivals` (`shop`,`subscriber`,`at`);--> statement-breakpoint
CREATE INDEX `letter_arrivals_visitor` ON `letter_arrivals` (`shop`,`visitor`,`at`);--> statement-breakpoint
CREATE INDEX `letter_arrivals_time` ON `letter_arrivals` (`shop`,`at`);--> statement-breakpoint
CREATE TABLE `lift_days` (
	`shop` text NOT NULL,
	`scenario` text NOT NULL,
	`day` integer NOT NULL,
	`held_out` integer NOT NULL,
	`people` integer NOT NULL,
	`buyers` integer NOT NULL,
	`spent` real NOT NULL,
	`spent_squares` real NOT NULL,
	PRIMARY KEY(`shop`, `scenario`, `day`, `held_out`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `lift_places` (
	`shop` text PRIMARY KEY NOT NULL,
	`up_to` integer NOT NULL,
	`asked_at` integer NOT NULL,
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `order_letters` (
	`shop` text NOT NULL,
	`order` text NOT NULL,
	`letter` text NOT NULL,
	`scenario` text NOT NULL,
	`arrived_at` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`shop`, `order`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `order_letters_scenario` ON `order_letters` (`shop`,`scenario`,`at`);--> statement-breakpoint
CREATE INDEX `order_letters_time` ON `order_letters` (`shop`,`at`);--> statement-breakpoint
CREATE TABLE `simulations` (
	`shop` text NOT NULL,
	`id` text NOT NULL,
	`scenario` text NOT NULL,
	`settings` text NOT NULL,
	`state` text NOT NULL,
	`place` text,
	`result` text,
	`message` text,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	PRIMARY KEY(`shop`, `id`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `simulations_running` ON `simulations` (`shop`) WHERE state = 'running';--> statement-breakpoint
CREATE INDEX `simulations_ended` ON `simulations` (`shop`,`ended_at`);