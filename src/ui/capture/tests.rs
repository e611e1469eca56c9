use std::sync::{Arc, Mutex};

use egui::epaint::CircleShape;
use egui::{
    Color32, ColorImage, Mesh, Rect, Shape, Stroke, TextureHandle, TextureOptions, Ui, Vec2, pos2,
    vec2,
};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use resvg::usvg::{Node, Tree};

use crate::ui::theme::{self, Theme};

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

fn count(svg: &str, what: &str) -> usize {
    svg.matches(what).count()
}

#[test]
fn a_document_has_the_texts_and_each_point_as_a_circle() {
    let taken = drawn(marks);
    let svg = taken.drawing().svg();
    assert_eq!(count(&svg, "<circle "), MARKS);
    assert!(svg.contains(">x₁ &lt; ½ &amp; more</text>"), "text stays text");
    assert!(svg.contains("@font-face{font-family:'Ubuntu-Light'"), "its font comes along");
    assert!(svg.contains("rx=\"3\""), "corners stay round");
    assert!(count(&svg, "<line ") > 10, "dashes");
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
    assert!(ask(&window.ctx, Some("Points"), Wish::Copy) && is_taking(&window.ctx));
    shown.store(false, std::sync::atomic::Ordering::Relaxed);
    window.run_steps(8);
    assert!(taken(&window.ctx).is_none() && !is_taking(&window.ctx));
    assert!(!ask(&window.ctx, None, Wish::Copy));
}
