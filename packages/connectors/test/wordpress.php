<?php
// As much of WordPress and WooCommerce as the plugin uses. Reads a scene as JSON from standard input, plays it, and prints
// what the page would have and what was kept, as JSON.

define( 'ABSPATH', __DIR__ );
$scene   = json_decode( stream_get_contents( STDIN ), true );
$hooks   = array();
$kept    = array();
$session = isset( $scene['session'] ) ? $scene['session'] : array();

function add_action( $name, $callback, $priority = 10, $count = 1 ) {
	global $hooks;
	$hooks[ $name ][ $priority ][] = array( $callback, $count );
}
function add_filter( $name, $callback, $priority = 10, $count = 1 ) {
	add_action( $name, $callback, $priority, $count );
}
function play( $name, array $arguments = array() ) {
	global $hooks;
	$result   = isset( $arguments[0] ) ? $arguments[0] : null;
	$ordered = isset( $hooks[ $name ] ) ? $hooks[ $name ] : array();
	ksort( $ordered );
	foreach ( $ordered as $callbacks ) {
		foreach ( $callbacks as $one ) {
			$result = call_user_func_array( $one[0], array_slice( $arguments, 0, $one[1] ) );
		}
	}
	return $result;
}

function get_option( $name, $default = false ) {
	global $scene;
	return isset( $scene['options'][ $name ] ) ? $scene['options'][ $name ] : $default;
}
function wp_json_encode( $value, $flags = 0 ) {
	return json_encode( $value, $flags );
}
function esc_js( $text ) {
	return addslashes( $text );
}
function esc_html( $text ) {
	return htmlspecialchars( $text, ENT_QUOTES );
}
function esc_attr( $text ) {
	return htmlspecialchars( $text, ENT_QUOTES );
}
function esc_url( $url ) {
	return str_replace( array( '"', "'", '<', '>' ), '', $url );
}
function esc_url_raw( $url, $protocols = null ) {
	return preg_match( '#^(' . implode( '|', $protocols ) . ')://#', $url ) ? $url : '';
}
function register_setting( $group, $name, $arguments ) {
	global $kept;
	$kept['settings'][ $name ] = is_callable( $arguments['sanitize_callback'] );
}
function sanitize_text_field( $text ) {
	return trim( strip_tags( $text ) );
}
function add_options_page( $title, $menu, $capability, $slug, $callback ) {
	global $kept;
	$kept['capability'] = $capability;
}
function settings_fields( $group ) {
	echo '<input type="hidden" name="_wpnonce">';
}
function submit_button() {
	echo '<button>Save</button>';
}

function page_is( $kind ) {
	global $scene;
	return isset( $scene['page'] ) && $scene['page'] === $kind;
}
function is_product() {
	return page_is( 'product' );
}
function is_product_category() {
	return page_is( 'category' );
}
function is_search() {
	return page_is( 'search' );
}
function is_cart() {
	return page_is( 'cart' );
}
function is_checkout() {
	return page_is( 'checkout' ) || page_is( 'received' );
}
function is_order_received_page() {
	return page_is( 'received' );
}
function get_queried_object_id() {
	global $scene;
	return $scene['id'];
}
function get_search_query( $escaped = true ) {
	global $scene;
	return $scene['query'];
}

// WordPress brings this along where PHP was built without it.
if ( ! function_exists( 'mb_substr' ) ) {
	function mb_substr( $text, $start, $length ) {
		return implode( '', array_slice( preg_split( '//u', $text, -1, PREG_SPLIT_NO_EMPTY ), $start, $length ) );
	}
}

class Session_Stub {
	public function get( $name ) {
		global $session;
		return isset( $session[ $name ] ) ? $session[ $name ] : null;
	}
	public function set( $name, $value ) {
		global $session;
		$session[ $name ] = $value;
	}
}
class Cart_Stub {
	public function get_cart() {
		global $scene;
		return isset( $scene['cart'] ) ? $scene['cart'] : array();
	}
}
class Item_Stub {
	private $line;
	public function __construct( $line ) {
		$this->line = $line;
	}
	public function get_product_id() {
		return $this->line['product_id'];
	}
	public function get_quantity() {
		return $this->line['quantity'];
	}
	public function price() {
		return $this->line['price'];
	}
}
class Order_Stub {
	private $of;
	public function __construct( $of ) {
		$this->of = $of;
	}
	public function get_id() {
		return $this->of['id'];
	}
	public function get_items() {
		return array_map(
			function ( $line ) {
				return new Item_Stub( $line );
			},
			$this->of['lines']
		);
	}
	public function get_item_total( $item, $with_tax ) {
		return $with_tax ? $item->price() : -1;
	}
	public function get_total() {
		return (string) $this->of['total'];
	}
	public function get_billing_email() {
		return $this->of['email'];
	}
	public function get_billing_first_name() {
		return 'Ida';
	}
	public function get_billing_last_name() {
		return 'Berg';
	}
	public function get_meta( $name ) {
		return isset( $this->of['meta'][ $name ] ) ? $this->of['meta'][ $name ] : '';
	}
	public function has_status( $statuses ) {
		return in_array( $this->of['status'], (array) $statuses, true );
	}
	public function update_meta_data( $name, $value ) {
		global $kept;
		$kept['meta'][ $name ] = $value;
	}
}
function WC() {
	static $shop = null;
	if ( ! $shop ) {
		$shop          = new stdClass();
		$shop->cart    = new Cart_Stub();
		$shop->session = new Session_Stub();
	}
	return $shop;
}
function wc_get_price_to_display( $product ) {
	return (string) $product['price'];
}
function wc_get_order( $id ) {
	global $scene;
	return isset( $scene['order'] ) && $scene['order']['id'] === $id ? new Order_Stub( $scene['order'] ) : false;
}
function woocommerce_form_field( $name, $field, $value ) {
	printf( '<label><input type="%s" name="%s"%s> %s</label>', $field['type'], $name, $value ? ' checked' : '', $field['label'] );
}
function woocommerce_register_additional_checkout_field( $field ) {
	global $kept;
	$kept['field'] = $field;
}

// A page must ask nobody anything: these are not there to be called.
foreach ( array( 'wp_remote_get', 'wp_remote_post', 'wp_remote_request' ) as $name ) {
	eval( "function $name() { fwrite( STDERR, 'the plugin asked somebody while a page was made' ); exit( 3 ); }" );
}

require dirname( __DIR__ ) . '/woocommerce/winback.php';

ob_start();
foreach ( $scene['plays'] as $one ) {
	$name      = is_array( $one ) ? array_shift( $one ) : $one;
	$arguments = is_array( $one ) ? $one : array();
	$_POST     = isset( $scene['post'] ) ? $scene['post'] : array();
	foreach ( $arguments as $at => $argument ) {
		if ( '@order' === $argument ) {
			$arguments[ $at ] = new Order_Stub( $scene['order'] );
		}
	}
	$result = play( $name, $arguments );
}
$page = ob_get_clean();
echo json_encode( array( 'page' => $page, 'kept' => (object) $kept, 'session' => (object) $session, 'result' => $result instanceof Order_Stub ? null : $result ) );
