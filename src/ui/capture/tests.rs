use std::sync::{Arc, Mutex};

use egui::epaint::CircleShape;
use egui::{
    Color32, ColorImage, Mesh, Rect, Shape, Stroke, TextureHandle, TextureOptions, Ui, Vec2, pos2,
    vec2,
};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use resvg::usvg::{Node, Tree};

use crate::ui::plane::Stamps;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::Marker;

use super::*;

const SIZE: Vec2 = vec2(300.0, 200.0);

/// A window that paints `add` as a picture.
fn window(add: impl Fn(&mut Ui) + 'static) -> Harness<'static> {
    Harness::builder()
        .with_size(SIZE)
        .with_theme(egui::Theme::Light)
        .with_context_setup(|ctx| {
            Theme::apply(ctx);
            install(ctx);
        })
        .build_ui(move |ui| picture(ui, "Points, run A", &add))
}

/// The picture as it was taken by a command.
fn take(window: &mut Harness<'_>, wish: Wish) -> Taken {
    window.run_steps(2);
    assert!(ask(&window.ctx, None, wish), "a picture is there");
    window.run_steps(2);
    taken(&window.ctx).expect("the picture was taken")
}

fn drawn(add: impl Fn(&mut Ui) + 'static) -> Taken {
    take(&mut window(add), Wish::Save(Format::Svg))
}

fn parse(taken: &Taken) -> Tree {
    let options = fonts::options(&taken.drawing().fonts);
    Tree::from_str(&taken.drawing().svg(), &options).expect("a document")
}

/// The colour that a picture has at a place of the window.
fn colour_at(taken: &Taken, at: egui::Pos2) -> Color32 {
    let image = taken.drawing().pixels().expect("drawn");
    let place = (at - taken.drawing().frame().min) * PIXELS_PER_POINT;
    image.pixels[place.y as usize * image.size[0] + place.x as usize]
}

/// Whether two colours are the same but for rounding.
fn is_like(a: Color32, b: Color32) -> bool {
    a.to_array().iter().zip(b.to_array()).all(|(&a, b)| a.abs_diff(b) <= 2)
}

const MARKS: usize = 7;

fn mark(place: usize) -> egui::Pos2 {
    pos2(40.0 + 30.0 * place as f32, 60.0 + 12.0 * place as f32)
}

fn marks(ui: &mut Ui) {
    let (area, _) = ui.allocate_exact_size(SIZE - vec2(20.0, 20.0), egui::Sense::hover());
    let painter = ui.painter_at(area);
    for place in 0..MARKS {
        let fill = Theme::LIGHT.class(place);
        painter.add(CircleShape::filled(mark(place), 4.0, fill));
    }
    painter.text(
        pos2(60.0, 20.0),
        egui::Align2::LEFT_TOP,
        "x₁ < ½ & more",
        theme::body(),
        Theme::LIGHT.text,
    );
    let line = vec![pos2(20.0, 150.0), pos2(80.0, 120.0), pos2(140.0, 150.0)];
    let stroke = Stroke::new(2.0, Theme::LIGHT.accent);
    painter.extend(Shape::dashed_line(&line, stroke, 6.0, 4.0));
    painter.rect_filled(
        Rect::from_min_size(pos2(200.0, 20.0), vec2(30.0, 10.0)),
        3.0,
        Theme::LIGHT.good,
    );
}

/// Everything written in a document, in the order in which it stands.
fn texts(svg: &str) -> Vec<String> {
    let after = svg.split("<text ").skip(1).filter_map(|text| text.split_once('>'));
    let texts = after.filter_map(|(_, text)| text.split_once("</text>"));
    let plain = |text: &str| {
        let pieces = text.split('<').map(|piece| piece.split_once('>').map_or(piece, |all| all.1));
        pieces.collect::<String>()
    };
    texts.map(|(text, _)| plain(text)).collect()
}

fn count(svg: &str, what: &str) -> usize {
    svg.matches(what).count()
}

#[test]
fn a_document_has_the_texts_and_each_point_as_a_circle() {
    let taken = drawn(marks);
    let svg = taken.drawing().svg();
    assert_eq!(count(&svg, "<circle "), MARKS);
    assert!(texts(&svg).contains(&"x₁ &lt; ½ &amp; more".to_owned()), "text stays text");
    assert!(svg.contains("@font-face{font-family:'Ubuntu-Light'"), "its font comes along");
    assert!(svg.contains("rx=\"3\""), "corners stay round");
    let dashes = svg.lines().find(|line| line.contains("stroke-width=\"2\"")).expect("a line");
    assert!(count(dashes, "M") > 10, "all dashes of a line are one path: {dashes}");
    let tree = parse(&taken);
    let frame = taken.drawing().frame();
    assert_eq!((tree.size().width(), tree.size().height()), (frame.width(), frame.height()));
}

/// Whether there is text in a tree whose letters were found in the fonts.
fn has_letters(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Text(text) => !text.flattened().children().is_empty(),
        Node::Group(group) => has_letters(group.children()),
        _ => false,
    })
}

#[test]
fn letters_are_those_of_the_window_not_of_the_system() {
    let taken = drawn(marks);
    assert!(has_letters(parse(&taken).root().children()));
}

#[test]
fn a_file_of_pixels_has_the_promised_size_density_and_colours() {
    let mut window = window(marks);
    let taken = take(&mut window, Wish::Save(Format::Png));
    let bytes = taken.drawing().png().expect("drawn");
    let frame = taken.drawing().frame();
    let decoded = image::load_from_memory(&bytes).expect("a PNG file");
    assert_eq!(decoded.width(), (frame.width() * 3.125).round() as u32);
    assert_eq!(decoded.height(), (frame.height() * 3.125).round() as u32);
    // 300 pixels to an inch are 11 811 to a metre.
    let density = bytes.windows(4).position(|four| four == b"pHYs").expect("a density") + 4;
    assert_eq!(bytes[density..density + 4], 11_811_u32.to_be_bytes());
    for place in 0..MARKS {
        let (found, known) = (colour_at(&taken, mark(place)), Theme::LIGHT.class(place));
        assert!(is_like(found, known), "mark {place}: {found:?} {known:?}");
    }
    assert!(is_like(colour_at(&taken, pos2(280.0, 100.0)), Theme::LIGHT.surface));
}

/// Four fields of different colours as a texture, drawn over a square of 80 points.
fn fields(options: TextureOptions) -> impl Fn(&mut Ui) {
    let handle: Mutex<Option<TextureHandle>> = Mutex::new(None);
    move |ui| {
        let pixels = (0..4).map(|class| Theme::LIGHT.class(class)).collect();
        let mut handle = handle.lock().expect("one thread");
        let texture = handle.get_or_insert_with(|| {
            ui.ctx().load_texture("fields", ColorImage::new([2, 2], pixels), options)
        });
        let (area, _) = ui.allocate_exact_size(vec2(100.0, 100.0), egui::Sense::hover());
        let place = Rect::from_min_size(area.min, vec2(80.0, 80.0));
        let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter().image(texture.id(), place, uv, theme::UNTINTED);
    }
}

#[test]
fn a_texture_stands_upright_with_all_its_pixels() {
    for options in [TextureOptions::NEAREST, TextureOptions::LINEAR] {
        let taken = drawn(fields(options));
        let corner = taken.drawing().rect.min;
        for (class, at) in
            [(5.0, 5.0), (75.0, 5.0), (5.0, 75.0), (75.0, 75.0)].into_iter().enumerate()
        {
            let found = colour_at(&taken, corner + vec2(at.0, at.1));
            assert!(is_like(found, Theme::LIGHT.class(class)), "{options:?} {class} {found:?}");
        }
        let middle = colour_at(&taken, corner + vec2(40.0, 5.0));
        let mixed = theme::mix(Theme::LIGHT.class(0), Theme::LIGHT.class(1), 0.5);
        let is_smooth = options == TextureOptions::LINEAR;
        assert_eq!(is_like(middle, mixed), is_smooth, "{options:?} {middle:?}");
    }
}

#[test]
fn triangles_share_their_edges_without_gap_or_overlap() {
    let half = theme::premultiplied([60, 0, 0, 120]);
    let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(10.0, 7.0));
    let mut mesh = Mesh::default();
    for (x, y) in [(0.0, 0.0), (5.0, 0.0), (10.0, 0.0), (0.0, 7.0), (6.0, 7.0), (10.0, 7.0)] {
        mesh.colored_vertex(pos2(x, y), half);
    }
    for [a, b, c] in [[0, 1, 3], [3, 1, 4], [4, 1, 2], [4, 2, 5]] {
        mesh.add_triangle(a, b, c);
    }
    for fine in [1.0, 3.0, 3.7] {
        let image = mesh::raster(&mesh, None, area, fine);
        let last = [(10.0_f32 * fine) as usize, (7.0_f32 * fine) as usize];
        for y in 0..last[1] {
            for x in 0..last[0] {
                assert_eq!(image.pixels[y * image.size[0] + x], half, "{fine} {x} {y}");
            }
        }
    }
}

#[test]
fn colours_between_corners_are_mixed() {
    let (white, clear) = (theme::UNTINTED, theme::CLEAR);
    let mut mesh = Mesh::default();
    for (x, y, colour) in
        [(0.0, 0.0, clear), (8.0, 0.0, white), (0.0, 8.0, clear), (8.0, 8.0, white)]
    {
        mesh.colored_vertex(pos2(x, y), colour);
    }
    mesh.add_triangle(0, 1, 2);
    mesh.add_triangle(2, 1, 3);
    let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(8.0, 8.0));
    let image = mesh::raster(&mesh, None, area, 1.0);
    for (x, pixel) in image.pixels[..8].iter().enumerate() {
        let share = (x as f32 + 0.5) / 8.0 * 255.0;
        assert!((f32::from(pixel.a()) - share).abs() <= 1.0, "{x} {pixel:?}");
    }
}

#[test]
fn a_click_with_the_right_button_offers_what_can_be_done() {
    let mut window = window(marks);
    window.run_steps(2);
    let at = pos2(150.0, 100.0);
    window.hover_at(at);
    window.run_steps(2);
    for pressed in [true, false] {
        window.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Secondary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        });
        window.step();
    }
    window.run_steps(2);
    window.get_by_label("Save picture as PNG…");
    window.get_by_label("Copy picture").click();
    window.run_steps(3);
    let taken = taken(&window.ctx).expect("taken");
    assert_eq!((taken.wish, taken.name.as_str()), (Wish::Copy, "Points, run A"));
    taken.rendering(&window.ctx).write(&mut std::io::sink()).expect("drawn");
    window.step();
    let copied =
        window.output().platform_output.commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyImage(image) => Some(image.clone()),
            _ => None,
        });
    let copied = copied.expect("on the clipboard");
    assert_eq!(copied.size[0], (taken.drawing().frame().width() * 3.125).round() as usize);
}

#[test]
fn what_is_gone_is_not_waited_for() {
    let shown = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let seen = Arc::clone(&shown);
    let mut window =
        Harness::builder().with_size(SIZE).with_context_setup(install).build_ui(move |ui| {
            if seen.load(std::sync::atomic::Ordering::Relaxed) {
                picture(ui, "Points", marks);
            }
        });
    window.run_steps(2);
    assert_eq!(names(&window.ctx), ["Points"]);
    assert!(ask(&window.ctx, Some("Points"), Wish::Copy));
    shown.store(false, std::sync::atomic::Ordering::Relaxed);
    window.run_steps(8);
    assert!(taken(&window.ctx).is_none() && !is_taking(&window.ctx));
    assert!(!ask(&window.ctx, None, Wish::Copy));
}

/// What happens in a window, pass by pass.
#[derive(Default)]
struct Log {
    /// The looks, whether the button is under the pointer, and whether a picture is taken.
    passes: Vec<(theme::Variant, bool, bool)>,
    clicks: usize,
}

/// A dark window with a button that is a picture, and what is taken of it.
fn logged(is_light: bool) -> (Harness<'static, Log>, Taken) {
    let mut window = Harness::builder()
        .with_size(SIZE)
        .with_theme(egui::Theme::Dark)
        .with_context_setup(move |ctx| {
            Theme::apply(ctx);
            install(ctx);
            set_light(ctx, is_light);
        })
        .build_ui_state(
            |ui, log: &mut Log| {
                picture(ui, "Button", |ui| {
                    let response = ui.button("Count");
                    log.clicks += usize::from(response.clicked());
                    let look = Theme::of(ui.ctx());
                    if response.hovered() {
                        ui.painter().circle_filled(pos2(200.0, 100.0), 20.0, look.error);
                    }
                    log.passes.push((look.variant, response.hovered(), is_taking(ui.ctx())));
                });
            },
            Log::default(),
        );
    window.run_steps(2);
    window.get_by_label("Count").hover();
    window.run_steps(2);
    assert!(ask(&window.ctx, Some("Button"), Wish::Copy));
    window.state_mut().passes.clear();
    // The click falls into the frame in which the picture is taken.
    window.get_by_label("Count").click();
    window.step();
    let found = taken(&window.ctx).expect("taken");
    (window, found)
}

#[test]
fn a_picture_is_taken_in_a_pass_that_nobody_sees() {
    use theme::Variant::{Dark, Light};
    for (is_light, variant) in [(true, Light), (false, Dark)] {
        let (mut window, taken) = logged(is_light);
        let passes = window.state().passes.clone();
        assert_eq!(passes[..2], [(variant, false, true), (Dark, true, false)], "{passes:?}");
        let theme = if is_light { &Theme::LIGHT } else { &Theme::DARK };
        let image = taken.drawing().pixels().expect("drawn");
        assert!(is_like(image.pixels[0], theme.surface), "{:?}", image.pixels[0]);
        assert!(!taken.drawing().svg().contains("<circle"), "nothing is under the pointer");
        window.run_steps(3);
        assert_eq!(window.state().clicks, 1, "what is done meanwhile is done once");
        assert!(window.state().passes[2..].iter().all(|pass| pass.0 == Dark && !pass.2));
        assert_eq!(
            window.ctx.options(|options| options.theme_preference),
            egui::Theme::Dark.into()
        );
    }
}

#[test]
fn a_picture_of_a_projector_is_plain_and_the_projector_stays() {
    let mut window = window(marks);
    Theme::project(&window.ctx, true);
    set_light(&window.ctx, true);
    let taken = take(&mut window, Wish::Save(Format::Png));
    let image = taken.drawing().pixels().expect("drawn");
    assert!(is_like(image.pixels[0], Theme::LIGHT.surface));
    assert_eq!(Theme::of(&window.ctx).variant, theme::Variant::ProjectorLight);
}

#[test]
fn textures_are_those_of_the_pass_in_which_the_picture_was_taken() {
    let handle: Mutex<Option<(TextureHandle, bool)>> = Mutex::new(None);
    let mut window = Harness::builder()
        .with_size(SIZE)
        .with_theme(egui::Theme::Dark)
        .with_context_setup(|ctx| {
            Theme::apply(ctx);
            install(ctx);
            set_light(ctx, true);
        })
        .build_ui(move |ui| {
            picture(ui, "Surface", |ui| {
                let theme = Theme::of(ui.ctx());
                let mut handle = handle.lock().expect("one thread");
                if handle.as_ref().is_none_or(|(_, dark)| *dark != theme.dark) {
                    let image = ColorImage::filled([2, 2], theme.accent);
                    let texture = ui.ctx().load_texture("t", image, TextureOptions::NEAREST);
                    *handle = Some((texture, theme.dark));
                }
                let (area, _) = ui.allocate_exact_size(vec2(80.0, 80.0), egui::Sense::hover());
                let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
                if let Some((texture, _)) = handle.as_ref() {
                    ui.painter().image(texture.id(), area, uv, theme::UNTINTED);
                }
            });
        });
    let taken = take(&mut window, Wish::Save(Format::Png));
    let found = colour_at(&taken, taken.drawing().rect.center());
    assert!(is_like(found, Theme::LIGHT.accent), "{found:?}");
}

#[test]
fn controls_are_left_out_and_what_they_say_stands_below_the_title() {
    let mut taken = drawn(|ui| {
        controls(ui, |ui| ui.button("Choose"));
        note(ui, || "test part".into());
        ui.label("Kept");
    });
    let svg = taken.drawing().svg();
    assert!(svg.contains("<title>Points, run A</title>"));
    assert_eq!(texts(&svg), ["Points, run A", "test part", "Kept"]);
    let before = taken.drawing().frame();
    let button = 24.0;
    assert!(before.height() < button + 80.0, "no room is left for what is gone: {before:?}");
    let ctx = Context::default();
    ctx.run_ui(egui::RawInput::default(), |_| {}).textures_delta.clear();
    taken.say(&ctx, "epoch 3".into());
    let words = texts(&taken.drawing().svg());
    assert_eq!(words[..2], ["Points, run A", "test part  \u{b7}  epoch 3"]);
}

/// Points of all markers, filled and hollow, and a line: as shapes or as a mesh.
fn points(count: usize, apart: bool) -> impl Fn(&mut Ui) {
    move |ui| {
        let (area, _) = ui.allocate_exact_size(SIZE - vec2(20.0, 20.0), egui::Sense::hover());
        let mut stamps = Stamps::new(4.0 * PIXELS_PER_POINT, apart);
        let theme = &Theme::LIGHT;
        for point in 0..count {
            let share = |factor: f32| (point as f32 * factor).fract();
            let at = area.min + vec2(share(0.618_034), share(0.381_97 * 0.7)) * area.size();
            let (marker, colour) = (Marker::of_class(point), theme.class(point));
            let (fill, stroke) = match point % 20 < 10 {
                true => (colour, theme.stroke(0.75, theme.surface)),
                false => (theme.surface, theme.stroke(1.5, colour)),
            };
            stamps.mark(at, (marker, 5.0), fill, stroke);
            if point % 50 == 0 {
                stamps.ring(at, 9.0, theme.stroke(1.5, theme.text));
            }
        }
        let line = [area.left_top(), area.right_bottom()];
        stamps.shape(Shape::line_segment(line, theme.stroke(2.0, theme.accent)));
        ui.painter().add(stamps.finish());
    }
}

/// The mean colours of squares of four pixels by four.
fn coarse(image: &ColorImage) -> Vec<[f64; 3]> {
    let [width, height] = image.size;
    let square = |left: usize, top: usize| {
        let mut sum = [0.0; 3];
        for place in 0..16 {
            let pixel = image.pixels[(top + place / 4) * width + left + place % 4];
            let channels = sum.iter_mut().zip(pixel.to_array());
            channels.for_each(|(sum, channel)| *sum += f64::from(channel) / 16.0);
        }
        sum
    };
    let tops = (0..height - 3).step_by(4);
    tops.flat_map(|top| (0..width - 3).step_by(4).map(move |left| (left, top)))
        .map(|(left, top)| square(left, top))
        .collect()
}

#[test]
fn shapes_look_like_the_mesh_that_the_window_paints() {
    let [mesh, shapes] = [false, true].map(|apart| drawn(points(120, apart)));
    assert!(mesh.drawing().svg().contains("<image"));
    assert!(!shapes.drawing().svg().contains("<image"), "no mark becomes a picture");
    let [mesh, shapes] = [mesh, shapes].map(|taken| taken.drawing().pixels().expect("drawn"));
    assert_eq!(mesh.size, shapes.size);
    // Edges are soft in both, but not in the same way, so whole points are compared.
    let [mesh, shapes] = [mesh, shapes].map(|image| coarse(&image));
    let far = |(a, b): (&[f64; 3], &[f64; 3])| {
        a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    };
    let all: Vec<f64> = mesh.iter().zip(&shapes).map(far).collect();
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    let most = all.iter().copied().fold(0.0, f64::max);
    assert!(mean < 1.5 && most < 40.0, "mean {mean}, most {most}");
}

#[test]
fn ten_thousand_points_make_a_small_file_and_very_many_an_image() {
    let taken = drawn(points(10_000, true));
    let (svg, _) = svg::document(taken.drawing(), false);
    let uses = count(&svg, "<use ");
    assert!(uses >= 9_800, "{uses} of those that can be seen");
    assert!(svg.len() < 48 * uses, "{} bytes", svg.len());
    Tree::from_str(&svg, &fonts::options(&taken.drawing().fonts)).expect("a document");
    let many = drawn(points(svg::MOST_APART + 1, true));
    let (svg, _) = svg::document(many.drawing(), false);
    assert!(svg.contains("<image") && count(&svg, "<use ") == 0);
}

/// The bytes behind letters as RFC 4648 writes them.
fn unbase64(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::new();
    for four in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = four.iter().fold(0_u32, |bits, &letter| bits << 6 | u32::from(value(letter)));
        let bits = bits << (6 * (4 - four.len()));
        bytes.extend(&bits.to_be_bytes()[1..four.len()]);
    }
    bytes
}

#[test]
fn fonts_come_along_with_the_letters_that_are_needed_and_no_others() {
    let taken = drawn(|ui| {
        // Letters apart: the few know nothing of pairs.
        ui.label("G e n a u ä é ½ ₁ λ → − 0 1 2 3 4 5 6 7 8 9");
        ui.label(egui::RichText::new("m o n o 1 2 . 5").monospace());
    });
    let svg = taken.drawing().svg();
    assert!(svg.len() < 90_000, "{} bytes", svg.len());
    let mut few = taken.drawing().fonts.clone();
    few.font_data.clear();
    for rule in svg.split("@font-face{font-family:'").skip(1) {
        let (name, rest) = rule.split_once('\'').expect("a name");
        let letters = rest.split_once("base64,").and_then(|(_, rest)| rest.split_once(')'));
        let bytes = unbase64(letters.expect("its bytes").0);
        assert!(bytes.len() < 60_000, "{name}: {} bytes", bytes.len());
        few.font_data.insert(name.into(), Arc::new(egui::FontData::from_owned(bytes)));
    }
    assert!(few.font_data.contains_key("Ubuntu-Light") && few.font_data.contains_key("Hack"));
    let draw = |fonts: &egui::FontDefinitions| {
        let tree = Tree::from_str(&svg, &fonts::options(fonts)).expect("a document");
        let size = taken.drawing().frame().size() * 2.0;
        let mut pixmap = resvg::tiny_skia::Pixmap::new(size.x as u32, size.y as u32).expect("fits");
        let scale = resvg::tiny_skia::Transform::from_scale(2.0, 2.0);
        resvg::render(&tree, scale, &mut pixmap.as_mut());
        // The title, whose letters stand together, comes above.
        let above = taken.drawing().area().top() - taken.drawing().frame().top();
        let skipped = 4 * pixmap.width() as usize * (2.0 * above) as usize;
        pixmap.take().split_off(skipped)
    };
    let (whole, few) = (draw(&taken.drawing().fonts), draw(&few));
    assert!(whole.iter().any(|byte| *byte < 100), "there are letters");
    assert!(whole == few, "they look the same");
}

#[test]
fn areas_of_one_colour_stay_areas() {
    let mut mesh = Mesh::default();
    let (left, right) = (Theme::LIGHT.class(0), Theme::LIGHT.class(1));
    mesh.add_colored_rect(Rect::from_min_size(pos2(20.0, 20.0), vec2(10.0, 30.0)), left);
    mesh.add_colored_rect(Rect::from_min_size(pos2(40.0, 20.0), vec2(10.0, 30.0)), right);
    let shape = Shape::mesh(mesh);
    let taken = drawn(move |ui| {
        ui.allocate_exact_size(SIZE - vec2(20.0, 20.0), egui::Sense::hover());
        ui.painter().add(shape.clone());
    });
    let svg = taken.drawing().svg();
    assert!(!svg.contains("<image"));
    assert!(is_like(colour_at(&taken, pos2(25.0, 30.0)), left));
    assert!(is_like(colour_at(&taken, pos2(45.0, 30.0)), right));
    assert!(is_like(colour_at(&taken, pos2(35.0, 30.0)), Theme::LIGHT.surface));
}
