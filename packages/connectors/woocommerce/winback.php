<?php
/**
 * Plugin Name: Winback for WooCommerce
 * Description: Tells Winback what shoppers look at, put into the cart and order, and asks for consent at checkout.
 * Version: 0.1.0
 * Requires at least: 6.2
 * Requires PHP: 7.4
 * Requires Plugins: woocommerce
 * WC requires at least: 8.0
 * License: MIT
 * Text Domain: winback
 *
 * Promises: no request to anybody while a page is made; no shopper's cart in a page that a cache may keep; the box for
 * letters is never ticked beforehand. Products and orders are named by their numbers, as WooCommerce's webhooks do.
 *
 * @package Winback
 */

defined( 'ABSPATH' ) || exit;

const WINBACK_DEFAULT_ADDRESS = 'https://mail.your-shop.example';
const WINBACK_DEFAULT_SHOP    = 'your-shop';
const WINBACK_DEFAULT_WORDS   = 'Write to me about what I like. I can leave with one click.';

/** The address of Winback, without a slash at its end; '' until it is set. */
function winback_address(): string {
	$address = rtrim( (string) get_option( 'winback_address', WINBACK_DEFAULT_ADDRESS ), '/' );
	return preg_match( '/\byour-shop\.example$/', $address ) ? '' : $address;
}

/** The shop's id in Winback; '' until it is set. */
function winback_shop(): string {
	$shop = (string) get_option( 'winback_shop', WINBACK_DEFAULT_SHOP );
	return preg_match( '/^[A-Za-z0-9_-]{4,64}$/', $shop ) ? $shop : '';
}

function winback_is_set_up(): bool {
	return '' !== winback_address() && '' !== winback_shop();
}

/** The words beside the box at checkout; '': there is no box. */
function winback_consent_words(): string {
	return trim( (string) get_option( 'winback_consent', WINBACK_DEFAULT_WORDS ) );
}

/** JSON that may stand in a script element: nothing in it ends the element. */
function winback_json( $value ): string {
	return (string) wp_json_encode( $value, JSON_HEX_TAG | JSON_HEX_AMP | JSON_UNESCAPED_UNICODE );
}

/** Prints calls to Winback: a list of commands with their fields. */
function winback_print_calls( array $calls ): void {
	foreach ( $calls as $call ) {
		printf( "<script>winback('%s',%s);</script>\n", esc_js( $call[0] ), winback_json( $call[1] ) ); // phpcs:ignore WordPress.Security.EscapeOutput
	}
}

/* What is told. */

/** The whole cart, by product numbers; a variation counts as its product. */
function winback_cart_lines(): array {
	$lines = array();
	if ( ! function_exists( 'WC' ) || ! WC()->cart ) {
		return $lines;
	}
	foreach ( WC()->cart->get_cart() as $item ) {
		$lines[] = array(
			'product'  => (string) $item['product_id'],
			'quantity' => max( 1, (int) $item['quantity'] ),
			'price'    => (float) wc_get_price_to_display( $item['data'] ),
		);
	}
	return array_slice( $lines, 0, 100 );
}

/** What an order tells: who bought, whether they agreed, and what. */
function winback_order_calls( $order ): array {
	$items = array();
	foreach ( $order->get_items() as $item ) {
		if ( $item->get_product_id() ) {
			$items[] = array(
				'product'  => (string) $item->get_product_id(),
				'quantity' => max( 1, (int) $item->get_quantity() ),
				'price'    => (float) $order->get_item_total( $item, true ),
			);
		}
	}
	$calls = array();
	$email = (string) $order->get_billing_email();
	if ( '' !== $email ) {
		$calls[] = array(
			'identify',
			array(
				'email'   => $email,
				'consent' => 'yes' === $order->get_meta( '_winback_consent' ),
				'source'  => 'checkout',
				'name'    => trim( $order->get_billing_first_name() . ' ' . $order->get_billing_last_name() ),
			),
		);
	}
	if ( $items ) {
		$purchase = array(
			'order' => (string) $order->get_id(),
			'items' => array_slice( $items, 0, 100 ),
			'total' => (float) $order->get_total(),
		);
		$calls[]  = array( 'purchase', '' === $email ? $purchase : $purchase + array( 'email' => $email ) );
	}
	return $calls;
}

/** What the page itself is about. */
function winback_page_calls(): array {
	if ( is_product() ) {
		return array( array( 'view', array( 'product' => (string) get_queried_object_id() ) ) );
	}
	if ( is_product_category() ) {
		return array( array( 'category', array( 'category' => (string) get_queried_object_id() ) ) );
	}
	if ( is_search() && '' !== trim( get_search_query( false ) ) ) {
		return array( array( 'search', array( 'query' => mb_substr( trim( get_search_query( false ) ), 0, 256 ) ) ) );
	}
	return array();
}

/* Where it is told. */

/** The snippet, in the head of every page. */
function winback_print_snippet(): void {
	if ( ! winback_is_set_up() ) {
		return;
	}
	echo "<script>window.winback=window.winback||function(){(winback.q=winback.q||[]).push(arguments)}</script>\n";
	printf( "<script async src=\"%s\"></script>\n", esc_url( winback_address() . '/t.js?shop=' . winback_shop() ) ); // phpcs:ignore WordPress.WP.EnqueuedResources
}
add_action( 'wp_head', 'winback_print_snippet', 1 );

/**
 * At the end of every page: what it is about, and the cart where it changed since. A changed cart is printed only for the
 * session whose cart it is, and WooCommerce keeps such pages out of caches by its cart cookie.
 */
function winback_print_page(): void {
	if ( ! winback_is_set_up() ) {
		return;
	}
	winback_print_calls( winback_page_calls() );
	if ( winback_take_cart_mark() || is_cart() || ( is_checkout() && ! is_order_received_page() ) ) {
		winback_print_calls(
			array(
				array(
					'cart',
					array(
						'change' => 'full',
						'items'  => winback_cart_lines(),
					),
				),
			)
		);
	}
	winback_print_cart_listener();
}
add_action( 'wp_footer', 'winback_print_page', 20 );

/** Carts that change without a new page: WooCommerce hands our element the new lines, and says so to jQuery. */
function winback_print_cart_listener(): void {
	?>
<script type="application/json" id="winback-cart"></script>
<script>
(function () {
	var told = '';
	function tell() {
		var element = document.getElementById('winback-cart');
		var text = element ? element.textContent : '';
		if (!text || text === told) return;
		told = text;
		try { winback('cart', { change: 'full', items: JSON.parse(text) }); } catch (error) { console.warn('winback', error); }
	}
	if (window.jQuery) jQuery(document.body).on('added_to_cart removed_from_cart wc_fragments_refreshed', function () { setTimeout(tell, 0); });
})();
</script>
	<?php
}

/** The new lines, in the answer to the request that changed the cart. */
function winback_cart_fragment( array $fragments ): array {
	if ( winback_is_set_up() ) {
		winback_take_cart_mark();
		$fragments['script#winback-cart'] = '<script type="application/json" id="winback-cart">' . winback_json( winback_cart_lines() ) . '</script>';
	}
	return $fragments;
}
add_filter( 'woocommerce_add_to_cart_fragments', 'winback_cart_fragment' );

/** Notes that this session's cart changed and has not been told yet. */
function winback_mark_cart(): void {
	if ( function_exists( 'WC' ) && WC()->session ) {
		WC()->session->set( 'winback_cart_changed', 'yes' );
	}
}
foreach ( array( 'woocommerce_add_to_cart', 'woocommerce_cart_item_removed', 'woocommerce_cart_item_restored', 'woocommerce_after_cart_item_quantity_update' ) as $winback_hook ) {
	add_action( $winback_hook, 'winback_mark_cart', 10, 0 );
}

/** True once after each change. */
function winback_take_cart_mark(): bool {
	if ( ! function_exists( 'WC' ) || ! WC()->session || 'yes' !== WC()->session->get( 'winback_cart_changed' ) ) {
		return false;
	}
	WC()->session->set( 'winback_cart_changed', null );
	return true;
}

/** The thank-you page. Reloading it tells the same order again, which is one order in Winback. */
function winback_print_order( $order_id ): void {
	$order = winback_is_set_up() ? wc_get_order( $order_id ) : null;
	if ( $order && ! $order->has_status( array( 'failed', 'cancelled' ) ) ) {
		winback_print_calls( winback_order_calls( $order ) );
	}
}
add_action( 'woocommerce_thankyou', 'winback_print_order' );

/* Consent. */

/** The box of the classic checkout. */
function winback_print_consent_box(): void {
	if ( winback_is_set_up() && '' !== winback_consent_words() ) {
		woocommerce_form_field(
			'winback_consent',
			array(
				'type'     => 'checkbox',
				'class'    => array( 'form-row', 'winback-consent' ),
				'label'    => esc_html( winback_consent_words() ),
				'required' => false,
			),
			0
		);
	}
}
add_action( 'woocommerce_review_order_before_submit', 'winback_print_consent_box' );

/** WooCommerce has checked the form's nonce when it makes the order. */
function winback_keep_consent( $order ): void {
	if ( ! empty( $_POST['winback_consent'] ) ) { // phpcs:ignore WordPress.Security.NonceVerification
		$order->update_meta_data( '_winback_consent', 'yes' );
	}
}
add_action( 'woocommerce_checkout_create_order', 'winback_keep_consent' );

/** The box of the checkout made of blocks (WooCommerce 8.9 and newer). */
function winback_register_consent_field(): void {
	if ( function_exists( 'woocommerce_register_additional_checkout_field' ) && winback_is_set_up() && '' !== winback_consent_words() ) {
		woocommerce_register_additional_checkout_field(
			array(
				'id'       => 'winback/consent',
				'label'    => winback_consent_words(),
				'location' => 'order',
				'type'     => 'checkbox',
			)
		);
	}
}
add_action( 'woocommerce_init', 'winback_register_consent_field' );

function winback_keep_consent_field( $key, $value, $group, $order ): void {
	if ( 'winback/consent' === $key && $value ) {
		$order->update_meta_data( '_winback_consent', 'yes' );
	}
}
add_action( 'woocommerce_set_additional_field_value', 'winback_keep_consent_field', 10, 4 );

/* Settings. */

function winback_clean_address( $address ): string {
	return rtrim( esc_url_raw( trim( (string) $address ), array( 'https', 'http' ) ), '/' );
}

function winback_clean_shop( $shop ): string {
	return preg_replace( '/[^A-Za-z0-9_-]/', '', (string) $shop );
}

function winback_register_settings(): void {
	register_setting( 'winback', 'winback_address', array( 'sanitize_callback' => 'winback_clean_address' ) );
	register_setting( 'winback', 'winback_shop', array( 'sanitize_callback' => 'winback_clean_shop' ) );
	register_setting( 'winback', 'winback_consent', array( 'sanitize_callback' => 'sanitize_text_field' ) );
}
add_action( 'admin_init', 'winback_register_settings' );

function winback_add_settings_page(): void {
	add_options_page( 'Winback', 'Winback', 'manage_options', 'winback', 'winback_print_settings' );
}
add_action( 'admin_menu', 'winback_add_settings_page' );

function winback_print_settings(): void {
	$fields = array(
		'winback_address' => array( 'Address of Winback', winback_address(), 'As in the snippet on Settings, Install: https://mail.your-shop.example' ),
		'winback_shop'    => array( 'Shop', winback_shop(), 'The shop’s id, from the same place.' ),
		'winback_consent' => array( 'Words beside the box at checkout', winback_consent_words(), 'Leave it empty for no box.' ),
	);
	echo '<div class="wrap"><h1>Winback</h1><form method="post" action="options.php">';
	settings_fields( 'winback' );
	echo '<table class="form-table" role="presentation">';
	foreach ( $fields as $name => $field ) {
		printf(
			'<tr><th scope="row"><label for="%1$s">%2$s</label></th><td><input class="regular-text" type="text" id="%1$s" name="%1$s" value="%3$s"><p class="description">%4$s</p></td></tr>',
			esc_attr( $name ),
			esc_html( $field[0] ),
			esc_attr( $field[1] ),
			esc_html( $field[2] )
		);
	}
	echo '</table>';
	submit_button();
	echo '</form></div>';
}

/** Orders may live in WooCommerce's own tables; we only use its functions. */
function winback_declare_compatible(): void {
	if ( class_exists( '\Automattic\WooCommerce\Utilities\FeaturesUtil' ) ) {
		\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'custom_order_tables', __FILE__, true );
		\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'cart_checkout_blocks', __FILE__, true );
	}
}
add_action( 'before_woocommerce_init', 'winback_declare_compatible' );
